import { expect, test } from "bun:test";
import { ProcessPauses } from "../../../src/transfer/process-pauses.ts";

test("a tick that is two seconds late tells that the process was held up until then", () => {
  const pauses = new ProcessPauses(0);
  pauses.begin(5000);
  expect(pauses.tick(6999)).toBe(6999);
  expect(pauses.tick(8998)).toBe(8998);
  expect(pauses.tick(10_998)).toBe(0);
  expect(pauses.tick(11_098)).toBe(100);
});

test("nobody has looked for as long as a tick is late, unless that is what ticks are late by at times", () => {
  const pauses = new ProcessPauses(0);
  pauses.begin(1000);
  expect([1000, 1100, 1150, 1151, 3100].map((now) => pauses.lateBy(now))).toEqual([0, 0, 0, 51, 2000]);
  pauses.tick(3100);
  expect(pauses.lateBy(3200)).toBe(0);
});
