import type { Spanish } from "./spanish/spanish.ts";

/** The English of every sentence that there is, with the names of its places: `{path} is a folder`. */
export type SentenceText = keyof Spanish;

/** Those without places. */
export type PlainText = Exclude<SentenceText, `${string}{${string}`>;

/** A number with its unit as English writes it, such as `1.5 KiB`: other languages write the number in another way. */
export interface Quantity {
  readonly quantity: string;
}

/** What stands in the place of a sentence. A list has commas between. */
export type Value = string | number | Sentence | Quantity | readonly Value[];

/**
 * What is said to a person whose language only the process at their terminal knows: why something failed, what was found.
 * Logs, JSON and programs of other versions get its {@link english}.
 */
export interface Sentence {
  /** One of {@link SentenceText}, or of another version of the program. */
  readonly text: string;
  /** What stands in its places, by their names. */
  readonly values: Readonly<Record<string, Value>>;
}

/** In a text of the log it is its English by itself. */
class SaidSentence implements Sentence {
  constructor(
    readonly text: string,
    readonly values: Sentence["values"],
  ) {}

  toString(): string {
    return english(this);
  }
}

/** A sentence, or a text as it is: what the system or another program has said. */
export type Told = Sentence | string;

type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never;
type PlaceValues<Text extends string> = [Places<Text>] extends [never] ? [] : [Readonly<Record<Places<Text>, Value>>];

/** The sentence with these values in its places. */
export function say<const Text extends SentenceText>(text: Text, ...[values]: PlaceValues<Text>): Sentence {
  return new SaidSentence(text, values ?? {});
}

/** Several, as one: with a semicolon between each two. */
export function joined([first, ...others]: readonly Told[]): Told {
  return others.reduce((left, right) => say("{left}; {right}", { left, right }), first ?? "");
}

/** Why a file has failed, behind its name; where that names the file already, by any of what it is `called`, as it is. */
export function saidOf(name: string, why: Told, called: readonly string[] = [name]): Told {
  return called.some((one) => namesIt(why, one)) ? why : say("{name}: {error}", { name, error: why });
}

/** Whether a sentence has a text in one of its places, or of those of the sentences in it. */
function namesIt(told: Told, text: string): boolean {
  const has = (value: Value): boolean => {
    if (typeof value !== "object") return value === text;
    if (isList(value)) return value.some(has);
    return "values" in value && namesIt(value, text);
  };
  return typeof told !== "string" && Object.values(told.values).some(has);
}

/** What may be counted: `{count} file` and `{count} files` are sentences. */
type Noun = SentenceText extends infer Text ? (Text extends `{count} ${infer Word}` ? Word : never) : never;

/** `1 file`, `2 files`. */
export function counted<Word extends Noun>(
  count: number,
  one: Word,
  many: NoInfer<Noun> = `${one}s` as Noun,
): Sentence {
  return new SaidSentence(`{count} ${count === 1 ? one : many}`, { count });
}

/** What has come from another thread or process, which passes on alone what a sentence is made of. */
export function arrived(told: Told): Told {
  return typeof told === "string" ? told : new SaidSentence(told.text, told.values);
}

/** A place, with the word before it. */
const PLACE = /(\p{L}+ )?\{(\w+)\}/gu;

/**
 * A text with its places filled in. `fill` gives what stands in the one of that name, with the word before it, which may
 * become another by it; null leaves both as they are.
 */
export function fillPlaces(text: string, fill: (name: string, word: string) => string | null): string {
  return text.replace(PLACE, (place, word: string | undefined, name: string) => fill(name, word ?? "") ?? place);
}

/** In English: for logs, for programs, and wherever no other language is known. */
export function english(told: Told): string {
  if (typeof told === "string") return told;
  return fillPlaces(told.text, (name, word) => {
    const value = valueIn(told, name, english, plainly);
    return value === null ? null : word + value;
  });
}

/** The same of what may not be told. */
export function englishOrNull(told: Told | null): string | null {
  return told === null ? null : english(told);
}

/** What stands in a place, or null where nothing does. `sentence` and `quantity` say how these are written. */
export function valueIn(
  { values }: Sentence,
  name: string,
  sentence: (sentence: Sentence) => string,
  quantity: (quantity: string) => string,
): string | null {
  const written = (value: Value): string => {
    if (typeof value === "string" || typeof value === "number") return String(value);
    if (isList(value)) return value.map(written).join(", ");
    return "quantity" in value ? quantity(value.quantity) : sentence(value);
  };
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined ? null : written(value);
}

function plainly(text: string): string {
  return text;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
