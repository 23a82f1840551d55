import { expect, test } from "bun:test";
import { Coverage } from "../../../../src/client/streaming/coverage.ts";

test("a file is covered once every byte of it was had, in whatever order", () => {
  const coverage = new Coverage();
  expect(coverage.covers(10)).toBe(false);
  coverage.add(6, 10);
  coverage.add(0, 3);
  coverage.add(8, 9);
  expect(coverage.covers(10)).toBe(false);
  coverage.add(3, 5);
  expect(coverage.covers(10)).toBe(false);
  coverage.add(2, 6);
  expect([coverage.covers(10), coverage.covers(11)]).toEqual([true, false]);
});

test("a file that is read from its beginning to its end is covered at the end", () => {
  const coverage = new Coverage();
  for (const start of [0, 3, 6]) coverage.add(start, start + 3);
  expect(coverage.covers(10)).toBe(false);
  coverage.add(9, 10);
  expect(coverage.covers(10)).toBe(true);
});

test("of an empty file nothing has to be had, of another one something", () => {
  const coverage = new Coverage();
  expect(coverage.covers(0)).toBe(true);
  expect(coverage.covers(1)).toBe(false);
});
