import { expect, test } from "bun:test";
import { someNames } from "../../../../src/protocol/names/some-names.ts";

test("of many names the first are given and the last, and of few all", () => {
  expect(someNames(["a1", "a2", "a3", "b1"], 3)).toEqual(["a1", "a2", "b1"]);
  expect(someNames(["a1", "a2", "a3"], 3)).toEqual(["a1", "a2", "a3"]);
  expect(someNames(new Set(["a"]), 3)).toEqual(["a"]);
  expect(someNames([], 3)).toEqual([]);
});
