import { unquote } from "../text.ts";

/** What `NAME [NUMBER]` says. A NAME may have spaces and digits: `known` tells whether the whole is one. */
export function nameAndNumber(
  argument: string,
  known: (name: string) => boolean,
): { readonly name: string; readonly number: number | null } {
  const [, name, digits] = /^(.*\S)\s+(\d{1,15})$/s.exec(argument) ?? [];
  if (name === undefined || known(argument)) return { name: argument, number: null };
  return { name: unquote(name), number: Number(digits) };
}
