import { expect, test } from "bun:test";
import { nearsEnd, validFor, validityState } from "../../../src/keys/validity.ts";
import { DAY_MS } from "../../../src/platform/units.ts";

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2030, 0, 1, 12) + 1;

test("it lasts for whole days, and ends with a whole second", () => {
  expect(validFor(30, NOW).notAfter).toBe(Date.UTC(2030, 0, 31, 12) + 1000);
  expect(validFor(1, NOW - 1).notAfter).toBe(Date.UTC(2030, 0, 2, 12));
});

test("it has begun for everybody whose clock is late by five minutes, from one whose clock is early by five", () => {
  const { notBefore } = validFor(30, NOW + 5 * MINUTE_MS);
  expect(notBefore).toBeLessThanOrEqual(NOW - 5 * MINUTE_MS);
  // A clock that is wrong by an hour is noticed.
  expect(notBefore).toBeGreaterThan(NOW - 60 * MINUTE_MS);
});

test("the states follow each other", () => {
  const validity = { notBefore: NOW, notAfter: NOW + 30 * DAY_MS };
  const week = NOW + 23 * DAY_MS;
  const at = (time: number) => validityState(validity, time);
  expect([at(NOW - 1), at(NOW), at(week), at(week + 1), at(NOW + 30 * DAY_MS), at(NOW + 30 * DAY_MS + 1)]).toEqual([
    "not-yet",
    "valid",
    "valid",
    "near-end",
    "near-end",
    "expired",
  ]);
});

test("the end is near for a week, and after it", () => {
  expect(nearsEnd(NOW, NOW - 7 * DAY_MS)).toBe(false);
  expect(nearsEnd(NOW, NOW - 7 * DAY_MS + 1)).toBe(true);
  expect(nearsEnd(NOW, NOW + 1)).toBe(true);
});
