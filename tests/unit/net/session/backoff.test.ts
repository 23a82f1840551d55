import { expect, test } from "bun:test";
import { Backoff } from "../../../../src/net/session/backoff.ts";

const TIMES = { firstMs: 100, longestMs: 2000 };

test("waits grow to a limit", () => {
  const backoff = new Backoff(TIMES);
  expect(Array.from({ length: 7 }, () => backoff.next(1))).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
});

test("chance shortens a wait by up to half", () => {
  expect(new Backoff(TIMES).next(0)).toBe(50);
  expect(new Backoff(TIMES).next(0.5)).toBe(75);
});

test("success begins anew, and no number of tries overflows", () => {
  const backoff = new Backoff(TIMES);
  for (let tries = 0; tries < 5000; tries++) expect(backoff.next(0.9)).toBeLessThanOrEqual(2000);
  backoff.reset();
  expect(backoff.next(1)).toBe(100);
});
