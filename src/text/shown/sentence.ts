import { english, fillPlaces, type Sentence, type Told, type Value, valueIn } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { Language } from "../language.ts";
import { language, texts } from "../texts.ts";

/** What every language but English has for each sentence. */
const TABLES: Readonly<Record<Exclude<Language, "en">, Readonly<Record<string, string>>>> = {
  /** Loaded where it is spoken: it is a seventh of the program. */
  get es() {
    return (require("../../sentences/spanish/spanish.ts") as typeof import("../../sentences/spanish/spanish.ts"))
      .spanish;
  },
};

/** A sentence in the language of this process; where another version of the program has it from elsewhere, in English. */
export function shown(told: Told): string {
  const spoken = language();
  if (typeof told === "string" || spoken === "en") return english(told);
  return translated(told, TABLES[spoken]);
}

/** What an error says, in the language of this process. */
export function shownError(error: unknown): string {
  return shown(toldOf(error));
}

function translated(sentence: Sentence, table: Readonly<Record<string, string>>): string {
  const text = Object.hasOwn(table, sentence.text) ? table[sentence.text] : undefined;
  const { decimal, contracted } = texts().common;
  return fillPlaces(text ?? sentence.text, (name, word) => {
    const value = valueIn(sentence, name, (inner) => translated(inner, table), decimal);
    if (value === null) return null;
    return isSentence(sentence.values[name]) ? contracted(word, value) : word + value;
  });
}

function isSentence(value: Value | undefined): boolean {
  return typeof value === "object" && "text" in value;
}

/** A text of the table that has no places; one that is not in it as it is, such as a number. */
export function shownText(text: string): string {
  return shown({ text, values: {} });
}
