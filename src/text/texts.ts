import { english } from "./english/english.ts";
import type { Language } from "./language.ts";

/** All texts of consoles and of commands that are no servers: both languages have the same. */
export type Texts = typeof english;

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: english,
  /** Loaded where it is spoken: a process that speaks English starts sooner without. */
  get es() {
    return (require("./spanish/spanish.ts") as typeof import("./spanish/spanish.ts")).spanish;
  },
};

let current: Language = "en";

/** Chooses the language of this process, before it says anything. Like its locale it is one for all that it does. */
export function speak(language: Language): void {
  current = language;
}

/** The language of this process. */
export function language(): Language {
  return current;
}

/** The texts of this process's language. */
export function texts(): Texts {
  return TEXTS[current];
}
