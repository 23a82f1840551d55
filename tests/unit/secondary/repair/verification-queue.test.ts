import { expect, test } from "bun:test";
import { VerificationQueue } from "../../../../src/secondary/repair/verification-queue.ts";

test("a version is looked at once for all accusations, and then rests", () => {
  const queue = new VerificationQueue();
  expect(queue.add("a", 3, 0)).toBe(true);
  expect(queue.add("b", 0, 0)).toBe(true);
  expect(queue.add("a", 7, 0)).toBe(true);
  expect(queue.add("a", 7, 0)).toBe(false);
  expect(queue.next(10)).toEqual({ id: "a", pieces: new Set([3, 7]) });
  expect(queue.add("a", 9, 11)).toBe(false);
  expect(queue.next(20)).toMatchObject({ id: "b" });
  expect(queue.next(30)).toBeNull();
  expect(queue.add("a", 9, 60_009)).toBe(false);
  expect(queue.add("a", 9, 60_010)).toBe(true);
});

test("what could not be repaired just then need not rest", () => {
  const queue = new VerificationQueue();
  queue.add("a", 3, 0);
  queue.next(0);
  expect(queue.add("a", 4, 1)).toBe(false);
  queue.endPause("a");
  expect(queue.add("a", 4, 1)).toBe(true);
  expect(queue.next(2)).toEqual({ id: "a", pieces: new Set([4]) });
  expect(queue.add("a", 3, 60_001)).toBe(false);
});

test("what is damaged beyond help rests for longer", () => {
  const queue = new VerificationQueue();
  queue.add("a", 0, 0);
  queue.next(0);
  queue.markUnrepairable("a", 5000);
  expect(queue.add("a", 0, 604_999)).toBe(false);
  expect(queue.add("a", 0, 605_000)).toBe(true);
});

test("no accuser can make it remember without end", () => {
  const queue = new VerificationQueue();
  const accepted = Array.from({ length: 1000 }, (_, index) => queue.add(`v${index}`, 0, 0)).filter(Boolean);
  expect(accepted).toHaveLength(64);
  const pieces = Array.from({ length: 1000 }, (_, piece) => queue.add("v0", piece, 0)).filter(Boolean);
  expect(pieces).toHaveLength(15);
});
