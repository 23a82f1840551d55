import { expect, test } from "bun:test";
import { agreeOnWriteMode, createWriteModes } from "../../../../src/transfer/sinks/write-modes.ts";

test("a piece goes the way that the first connection prefers, and others their own", () => {
  const table = createWriteModes(3);
  expect(agreeOnWriteMode(table, 0, true)).toBe(true);
  expect(agreeOnWriteMode(table, 0, false)).toBe(true);
  expect(agreeOnWriteMode(table, 2, false)).toBe(false);
  expect(agreeOnWriteMode(table, 2, true)).toBe(false);
  expect(agreeOnWriteMode(table, 1, true)).toBe(true);
});
