import { english, fillPlaces, type Sentence, type Told, type Value, valueIn } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { Language } from "../language.ts";
import { plural } from "../plural.ts";
import { language, TEXTS } from "../texts.ts";

type Translated = Exclude<Language, "en">;

/** What every language but English has for each sentence. */
const TABLES: Readonly<Record<Translated, Readonly<Record<string, string>>>> = {
  /** Loaded where it is spoken: it is a seventh of the program. */
  get es() {
    return (require("../../sentences/spanish/spanish.ts") as typeof import("../../sentences/spanish/spanish.ts"))
      .spanish;
  },
};

/** A sentence in the language of this process; where another version of the program has it from elsewhere, in English. */
export function shown(told: Told): string {
  return shownIn(language(), told);
}

/** The same in another language than that of this process: for somebody elsewhere. */
export function shownIn(spoken: Language, told: Told): string {
  return typeof told === "string" || spoken === "en" ? english(told) : translated(told, spoken);
}

/** What an error says, in the language of this process. */
export function shownError(error: unknown): string {
  return shown(toldOf(error));
}

function translated(sentence: Sentence, spoken: Translated): string {
  const table = TABLES[spoken];
  const text = Object.hasOwn(table, sentence.text) ? table[sentence.text] : undefined;
  const { decimal, contracted } = TEXTS[spoken].common;
  return fillPlaces(agreeing(text ?? sentence.text, sentence.values), (name, word) => {
    const value = valueIn(sentence, name, (inner) => translated(inner, spoken), decimal);
    if (value === null) return null;
    return isSentence(sentence.values[name]) ? contracted(word, value) : word + value;
  });
}

/** Words that go with a number: `{files|falta|faltan} {files}`. */
const AGREEMENT = /\{(\w+)\|([^{}|]*)\|([^{}|]*)\}/g;

/** A text with the words that go with its numbers, for one or for any other number. */
function agreeing(text: string, values: Sentence["values"]): string {
  return text.replace(AGREEMENT, (_, name: string, one: string, many: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return plural(value === undefined ? 0 : numberOf(value), one, many);
  });
}

/** How many things a value stands for. One that is named, such as a file, is one. */
function numberOf(value: Value): number {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.length;
  if (!isSentence(value)) return 1;
  const { count, numbers } = value.values;
  return numberOf(count ?? numbers ?? "");
}

function isSentence(value: Value | undefined): value is Sentence {
  return typeof value === "object" && "text" in value;
}

/** A text of the table that has no places; one that is not in it as it is, such as a number. */
export function shownText(text: string): string {
  return shown({ text, values: {} });
}
