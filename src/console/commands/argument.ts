import { texts } from "../../text/texts.ts";
import { unquote } from "../text.ts";

/** The parts of `NAME [NUMBER]`. A NAME may have spaces and digits: `known` says whether the whole text is a name. */
export function nameAndNumber(
  argument: string,
  known: (name: string) => boolean,
): { readonly name: string; readonly number: number | null } {
  const [, name, digits] = /^(.*\S)\s+(\d{1,15})$/s.exec(argument) ?? [];
  if (name === undefined || known(argument)) return { name: argument, number: null };
  return { name: unquote(name), number: Number(digits) };
}

/** One name, in quotes or without a space in it, and what follows. */
const FIRST_NAME = /^(?:"([^"]*)"|'([^']*)'|(\S+))(?:\s+(.*))?$/s;

/**
 * The names of `OLD NEW`, each in quotes where it has spaces. Without quotes OLD is the longest beginning that is
 * `known`. Throws an Error where there are not two.
 */
export function twoNames(argument: string, known: (name: string) => boolean): readonly [string, string] {
  // Of two names in quotes the command line has taken the outer ones away.
  const [, ...outer] = /^([^"]+)" +"([^"]+)$/s.exec(argument) ?? /^([^']+)' +'([^']+)$/s.exec(argument) ?? [];
  if (outer[0] !== undefined && outer[1] !== undefined) return [outer[0], outer[1]];
  if (!/^["']/.test(argument)) {
    const words = argument.split(/\s+/);
    for (let count = words.length - 1; count > 1; count--) {
      // The spaces between the words are those that were typed.
      const first = new RegExp(`^(?:\\S+\\s+){${count - 1}}\\S+`).exec(argument)?.[0] ?? "";
      if (known(first)) return [first, unquote(argument.slice(first.length).trim())];
    }
  }
  const [, double, single, plain, rest = ""] = FIRST_NAME.exec(argument) ?? [];
  const first = double ?? single ?? plain ?? "";
  const second = unquote(rest);
  if (first === "" || second === "" || (second === rest && /\s/.test(rest))) throw new Error(texts().orders.twoNames);
  return [first, second];
}
