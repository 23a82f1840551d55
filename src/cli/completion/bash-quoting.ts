import type { BashLine } from "./bash-line.ts";

/** What bash takes for itself outside quotes; `=`, `:` and `@` end a part of a word while it is completed. */
const SPECIAL = /[\s"'`\\$&|;<>()*?[\]{}!#~=:@]/u;
const CONTROL = /\p{Cc}/u;
const NAMED: ReadonlyMap<string, string> = new Map([
  ["\n", "n"],
  ["\t", "t"],
]);

/**
 * A whole word as what bash puts in place of the part of it that it replaces, in the kind of quotes that is open there.
 * `open`: whether more is to follow, so that the quote stays open.
 */
export function bashReplacement(word: string, { kept, quote }: BashLine, open: boolean): string {
  const rest = word.slice(kept);
  if (quote === "") return [...rest].map(outsideQuotes).join("");
  const inside = quote === "'" ? insideSingleQuotes : insideDoubleQuotes;
  return quote + [...rest].map(inside).join("") + (open ? "" : quote);
}

function outsideQuotes(character: string): string {
  if (CONTROL.test(character)) return ansi(character);
  return SPECIAL.test(character) ? `\\${character}` : character;
}

function insideSingleQuotes(character: string): string {
  if (CONTROL.test(character)) return `'${ansi(character)}'`;
  return character === "'" ? "'\\''" : character;
}

function insideDoubleQuotes(character: string): string {
  if (CONTROL.test(character)) return `"${ansi(character)}"`;
  // Between double quotes nothing keeps a person's shell from taking an exclamation mark for an old command.
  if (character === "!") return '"\\!"';
  return '"\\$`'.includes(character) ? `\\${character}` : character;
}

function ansi(character: string): string {
  const name = NAMED.get(character) ?? `u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `$'\\${name}'`;
}
