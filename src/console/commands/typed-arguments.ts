import { texts } from "../../text/texts.ts";

/** The flags of a console's command, by their names: with a value, or without one. */
export type TypedFlags = Readonly<Record<string, "value" | "toggle">>;

/** Those of `remove`: without `yes` it asks. */
export const REMOVE_FLAGS: TypedFlags = { yes: "toggle" };

/** What was typed behind a command. */
export interface TypedArguments {
  /** The values of the flags that were given; "" of one without a value. */
  readonly flags: ReadonlyMap<string, string>;
  /** The words that are no flags, without the quotes around them. */
  readonly words: readonly string[];
  /** The same as one text: a name may have spaces. */
  readonly line: string;
}

interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

/**
 * The words of a text. Quotes around a word, single or double ones, keep its spaces; within a word they are part of it, as
 * in `it's`.
 */
export function splitWords(text: string): string[] {
  return wordsOf(text).map((word) => word.text);
}

function wordsOf(text: string): Word[] {
  const found = text.matchAll(/(["'])((?:(?!\1(?:\s|$)).)*)\1(?=\s|$)|\S+/gsu);
  return [...found].map(([whole, quote, inner]) => {
    return quote === undefined ? { text: whole, isQuoted: false } : { text: inner ?? "", isQuoted: true };
  });
}

/** A word as it is to be typed: quoted where it would be another one, or several, or a flag. */
export function quoteWord(word: string): string {
  const ways = [word, `"${word}"`, `'${word}'`];
  return ways.find((typed) => !wordsOf(typed).some(isFlag) && splitWords(typed).join("\0") === word) ?? word;
}

function isFlag({ text, isQuoted }: Word): boolean {
  return text.startsWith("--") && !isQuoted;
}

/** The parts of what was typed. What is quoted, or comes after a word `--`, is no flag. Throws an Error for a flag that is none. */
export function typedArguments(text: string, known: TypedFlags): TypedArguments {
  const typed = wordsOf(text);
  if (!typed.some(isFlag)) {
    const words = typed.map((word) => word.text);
    return { flags: new Map(), words, line: words.length === 1 ? words.join("") : text.trim() };
  }
  const flags = new Map<string, string>();
  const words: string[] = [];
  for (let word = typed.shift(); word !== undefined; word = typed.shift()) {
    if (!isFlag(word)) words.push(word.text);
    else if (word.text === "--") words.push(...typed.splice(0).map((rest) => rest.text));
    else flags.set(...readFlag(word.text, typed, known));
  }
  return { flags, words, line: words.join(" ") };
}

/** A flag and its value, which is taken from the words behind it where it is not attached. */
function readFlag(text: string, behind: Word[], known: TypedFlags): [name: string, value: string] {
  const equals = text.indexOf("=");
  const flag = equals < 0 ? text : text.slice(0, equals);
  const name = flag.slice(2);
  const kind = Object.hasOwn(known, name) ? known[name] : undefined;
  if (kind === undefined) {
    const names = Object.keys(known).map((each) => `--${each}`);
    throw new Error(texts().console.unknownFlag(flag, names.join(", ")));
  }
  const attached = equals < 0 ? null : text.slice(equals + 1);
  if (kind === "toggle" && attached !== null) throw new Error(texts().console.takesNoValue(flag));
  const value = kind === "toggle" ? "" : (attached ?? behind.shift()?.text);
  if (value === undefined || (kind === "value" && value === "")) throw new Error(texts().console.needsValue(flag));
  return [name, value];
}
