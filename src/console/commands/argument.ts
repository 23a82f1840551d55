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
