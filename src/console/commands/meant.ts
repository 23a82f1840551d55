import pMap from "p-map";
import type { TypedArguments } from "./typed-arguments.ts";

/** Words that are looked for at once: a central refuses a client that asks for very many. */
const SEARCHES_AT_ONCE = 4;

/** A text that somebody typed, and what it means. */
export type Meant<Found> = readonly [text: string, found: Found];

/**
 * What a line means: all of it as one text, which may have spaces, or else each of its words. `find` gives an Error for a
 * text that means nothing. Rejects with that of the line where none of its words means anything, else with that of a word
 * that does not: a name that is wrong leaves the others alone.
 */
export async function eachMeant<Found>(
  { line, words }: Pick<TypedArguments, "line" | "words">,
  find: (text: string) => Promise<Found | Error>,
): Promise<Meant<Found>[]> {
  const whole = await find(line);
  if (!(whole instanceof Error)) return [[line, whole]];
  const unlike = [...new Set(words)].filter((word) => word !== line);
  const all = await pMap(unlike, async (word) => [word, await find(word)] as const, { concurrency: SEARCHES_AT_ONCE });
  const found = all.flatMap(([word, one]): Meant<Found>[] => (one instanceof Error ? [] : [[word, one]]));
  if (found.length === 0) throw whole;
  for (const [, one] of all) if (one instanceof Error) throw one;
  return found;
}
