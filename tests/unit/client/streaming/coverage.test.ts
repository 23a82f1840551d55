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

test("of an empty file nothing has to be had, and an empty range is none", () => {
  const coverage = new Coverage();
  expect(coverage.covers(0)).toBe(true);
  coverage.add(0, 0);
  expect(coverage.covers(1)).toBe(false);
});
