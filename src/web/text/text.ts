import type { Language } from "../../text/language.ts";
import { english } from "./english/english.ts";
import { spanish } from "./spanish/spanish.ts";

/** All texts of the page: both languages have the same. */
export type Text = typeof english;

export const TEXTS: Readonly<Record<Language, Text>> = { en: english, es: spanish };
