import { expect, test } from "bun:test";
import { RecentRate } from "../../../../src/client/batch/recent-rate.ts";

test("a rate is that of the last five seconds, and 0 where nothing comes any more", () => {
  const rate = new RecentRate();
  expect(rate.at(0, 0)).toBe(0);
  for (let second = 1; second <= 10; second++) expect(rate.at(second * 1000, second * 100)).toBe(100);
  expect([11, 13, 15, 16].map((second) => rate.at(second * 1000, 1000))).toEqual([80, 40, 0, 0]);
});

test("who looks less often than that has a rate since the last time", () => {
  const rate = new RecentRate();
  rate.at(0, 0);
  expect([rate.at(5001, 50_010), rate.at(60_001, 50_010 + 55_000)]).toEqual([10_000, 1000]);
});

test("what is taken back is no rate below zero", () => {
  const rate = new RecentRate();
  rate.at(0, 1000);
  expect(rate.at(1000, 500)).toBe(0);
});
