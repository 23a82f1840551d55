import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { chooseLanguage, type Language } from "../../text/language.ts";
import { type Formats, formatsOf } from "../format/formats.ts";
import { TEXTS, type Text } from "./text.ts";

export interface Localization {
  readonly language: Language;
  readonly text: Text;
  readonly format: Formats;
}

/** `wanted`: the languages of a person, the best one first, as in `navigator.languages`. */
export function localizationFor(wanted: readonly string[]): Localization {
  const language = chooseLanguage(wanted);
  return { language, text: TEXTS[language], format: formatsOf(wanted[0] ?? language) };
}

export const LanguageContext = createContext<Localization>(localizationFor([]));

/** The texts in the language of whoever looks at the page. */
export function useText(): Text {
  return useContext(LanguageContext).text;
}

/** Numbers, sizes and times as they are written where whoever looks at the page is. */
export function useFormat(): Formats {
  return useContext(LanguageContext).format;
}
