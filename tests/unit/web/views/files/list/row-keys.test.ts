import { expect, test } from "bun:test";
import { rowAfterKey } from "../../../../../../src/web/views/files/list/row-keys.ts";

test.each([
  ["ArrowDown", null, 0],
  ["ArrowDown", 0, 1],
  ["ArrowDown", 99, 99],
  ["ArrowUp", null, 99],
  ["ArrowUp", 5, 4],
  ["ArrowUp", 0, 0],
  ["PageDown", null, 9],
  ["PageDown", 95, 99],
  ["PageUp", 5, 0],
  ["PageUp", 50, 41],
  ["Home", 50, 0],
  ["End", null, 99],
  ["a", 5, null],
  ["Enter", 5, null],
] as const)("%s leads from row %p to row %p", (key, row, next) => {
  expect(rowAfterKey(key, row, 100, 10)).toBe(next);
});

test("in a list without rows no key leads anywhere", () => {
  for (const key of ["ArrowDown", "ArrowUp", "End", "PageDown"]) expect(rowAfterKey(key, null, 0, 10)).toBeNull();
});
