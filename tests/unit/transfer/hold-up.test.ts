import { expect, test } from "bun:test";
import { HoldUp } from "../../../src/transfer/hold-up.ts";

test("a tick that is two seconds late tells that the process was held up until then", () => {
  const holdUp = new HoldUp(0);
  holdUp.begin(5000);
  expect(holdUp.tick(6999)).toBe(6999);
  expect(holdUp.tick(8998)).toBe(8998);
  expect(holdUp.tick(10_998)).toBe(0);
  expect(holdUp.tick(11_098)).toBe(100);
});

test("nobody has looked for as long as a tick is late, unless that is what ticks are late by at times", () => {
  const holdUp = new HoldUp(0);
  holdUp.begin(1000);
  expect([1000, 1100, 1150, 1151, 3100].map((now) => holdUp.lateBy(now))).toEqual([0, 0, 0, 51, 2000]);
  holdUp.tick(3100);
  expect(holdUp.lateBy(3200)).toBe(0);
});
