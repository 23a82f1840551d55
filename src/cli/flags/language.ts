import { type Language, languageOf } from "../../text/language.ts";

/**
 * The language in which to speak of a command line that nobody has checked yet: what is wrong with it is said in that too.
 * `--lang` counts before the environment.
 */
export function languageIn(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  for (const [index, arg] of args.entries()) {
    if (arg === "--") break;
    const value = arg === "--lang" ? args[index + 1] : arg.startsWith("--lang=") ? arg.slice("--lang=".length) : null;
    if (value === "en" || value === "es") return value;
  }
  return languageOf(environment);
}
