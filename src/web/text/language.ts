/** The languages in which the page has its texts. */
export type Language = "en" | "es";

/** The first of the languages of a person that the page has. `wanted`: as in `navigator.languages`. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [language] = tag.toLowerCase().split("-");
    if (language === "en" || language === "es") return language;
  }
  return "en";
}
