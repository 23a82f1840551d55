/** The languages in which the program and its page have their texts. */
export type Language = "en" | "es";

/** The first of the languages of a person that there is. `wanted`: tags or locales such as `es-MX` and `es_ES.UTF-8`. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [language] = tag.toLowerCase().split(/[-_.@]/);
    if (language === "en" || language === "es") return language;
  }
  return "en";
}

/** The language of a terminal's messages, by the variables of POSIX in their order: the first that says something counts. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  return chooseLanguage([environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ""]);
}
