import { expect, test } from "bun:test";
import { Suspicions } from "../../../../src/secondary/repair/verification-queue.ts";

test("a version is looked at once for all accusations, and then rests", () => {
  const suspicions = new Suspicions();
  expect(suspicions.add("a", 3, 0)).toBe(true);
  expect(suspicions.add("b", 0, 0)).toBe(true);
  expect(suspicions.add("a", 7, 0)).toBe(true);
  expect(suspicions.add("a", 7, 0)).toBe(false);
  expect(suspicions.next(10)).toEqual({ id: "a", pieces: new Set([3, 7]) });
  expect(suspicions.add("a", 9, 11)).toBe(false);
  expect(suspicions.next(20)).toMatchObject({ id: "b" });
  expect(suspicions.next(30)).toBeNull();
  expect(suspicions.add("a", 9, 60_009)).toBe(false);
  expect(suspicions.add("a", 9, 60_010)).toBe(true);
});

test("what is damaged beyond help rests for longer", () => {
  const suspicions = new Suspicions();
  suspicions.add("a", 0, 0);
  suspicions.next(0);
  suspicions.hopeless("a", 5000);
  expect(suspicions.add("a", 0, 604_999)).toBe(false);
  expect(suspicions.add("a", 0, 605_000)).toBe(true);
});

test("no accuser can make it remember without end", () => {
  const suspicions = new Suspicions();
  const taken = Array.from({ length: 1000 }, (_, index) => suspicions.add(`v${index}`, 0, 0)).filter(Boolean);
  expect(taken).toHaveLength(64);
  const pieces = Array.from({ length: 1000 }, (_, piece) => suspicions.add("v0", piece, 0)).filter(Boolean);
  expect(pieces).toHaveLength(15);
});
