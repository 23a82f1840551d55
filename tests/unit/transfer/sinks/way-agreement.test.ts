import { expect, test } from "bun:test";
import { agreeOnWay, createWayTable } from "../../../../src/transfer/sinks/way-agreement.ts";

test("a piece goes the way that the first connection prefers, and others their own", () => {
  const table = createWayTable(3);
  expect(agreeOnWay(table, 0, true)).toBe(true);
  expect(agreeOnWay(table, 0, false)).toBe(true);
  expect(agreeOnWay(table, 2, false)).toBe(false);
  expect(agreeOnWay(table, 2, true)).toBe(false);
  expect(agreeOnWay(table, 1, true)).toBe(true);
});
