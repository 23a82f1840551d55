import { expect, test } from "bun:test";
import {
  cursorOf,
  FIRST_PAGE,
  nextPage,
  pageNumber,
  previousPage,
} from "../../../../src/web/parts/pager/page-cursors.ts";

test("one goes forth by the cursors of the answers, and back by those that are remembered", () => {
  const third = nextPage(nextPage(FIRST_PAGE, "b"), "c");
  expect([cursorOf(third), pageNumber(third)]).toEqual(["c", 2]);
  const second = previousPage(third);
  expect([cursorOf(second), pageNumber(second)]).toEqual(["b", 1]);
  expect(cursorOf(previousPage(second))).toBeNull();
});

test("before the first page there is none", () => {
  expect(previousPage(FIRST_PAGE)).toEqual(FIRST_PAGE);
  expect(pageNumber(FIRST_PAGE)).toBe(0);
});
