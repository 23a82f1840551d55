import { expect, test } from "bun:test";
import { type TakenPlace, whoMakesWay } from "../../../../src/secondary/uploads/fair-places.ts";

/** The files of these senders, one letter for each, in capitals where it may not be broken off. */
function places(senders: string): (TakenPlace & { readonly at: number })[] {
  return [...senders].map((letter, at) => ({
    by: letter.toLowerCase(),
    isEndable: letter === letter.toLowerCase(),
    at,
  }));
}

test.each([
  ["the last of the one who sends all", "aaaa", "b", 3],
  ["the last of the one who sends most", "abbabb", "c", 5],
  ["the last that may be broken off", "aaAA", "b", 1],
  ["nobody, where each sends one", "abcd", "e", null],
  ["nobody, where the other one would send as many then", "aabb", "b", null],
  ["nobody, where it would only change places", "aab", "b", null],
  ["one of two more", "aaab", "b", 2],
  ["nobody for whoever sends most", "aaab", "a", null],
  ["nobody where none may be broken off", "AAAA", "b", null],
  ["nobody where nobody sends", "", "b", null],
])("%s makes way", (_who, senders, by, expected) => {
  expect(whoMakesWay(places(senders), by)?.at ?? null).toBe(expected);
});
