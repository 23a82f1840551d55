import { describe, expect, test } from "bun:test";
import { fits, pagerCommand, pagerSettings } from "../../../src/console/pager.ts";

describe("the pager", () => {
  const there = (program: string) => program === "less";

  test("is the user's, else less where that is there", () => {
    expect(pagerCommand({ PAGER: "most -s" }, () => false)).toBe("most -s");
    expect(pagerCommand({}, there)).toBe("less");
    expect(pagerCommand({}, () => false)).toBeNull();
  });

  test.each(["", " ", "cat"])("is none where the user says %j", (PAGER) => {
    expect(pagerCommand({ PAGER }, there)).toBeNull();
  });
});

test("a pager is told that the text is UTF-8, unless the user says something else", () => {
  expect(pagerSettings({ LANG: "C" })).toEqual({ LESS: "FRX", LESSCHARSET: "utf-8" });
  expect(pagerSettings({ LESS: "S", LESSCHARSET: "latin1" })).toEqual({ LESS: "S", LESSCHARSET: "latin1" });
});

test("a text fits where a row is left for the prompt", () => {
  const window = { columns: 10, rows: 4 };
  expect(fits("a\nb\nc", window)).toBe(true);
  expect(fits("a\nb\nc\nd", window)).toBe(false);
  expect(fits(`a\n${"b".repeat(20)}`, window)).toBe(true);
  expect(fits(`a\n${"b".repeat(21)}`, window)).toBe(false);
  expect(fits(`a\n${"日".repeat(11)}`, window)).toBe(false);
  expect(fits("", window)).toBe(true);
});
