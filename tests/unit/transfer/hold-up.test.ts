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
