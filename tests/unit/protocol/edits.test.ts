import { expect, test } from "bun:test";
import { EDITS_PATTERN, knows, MAX_EDITS, mergeEdits, newestOf, withEdit } from "../../../src/protocol/edits.ts";

const id = (number: number) => number.toString(16).padStart(8, "0");

function after(count: number, edits = ""): string {
  let all = edits;
  for (let number = 1; number <= count; number += 1) all = withEdit(all, id(number));
  return all;
}

test("edits know the own one of another content, and that alone", () => {
  expect(knows("22222222 11111111", "11111111 00000000")).toBe(true);
  expect(knows("11111111 00000000", "22222222 11111111")).toBe(false);
  expect(knows("11111111", "11111111")).toBe(true);
  expect(knows("11111111", "")).toBe(false);
  expect(knows("", "11111111")).toBe(false);
});

test("of too many edits the first and the last are named", () => {
  const edits = after(100).split(" ");
  expect(edits).toHaveLength(MAX_EDITS);
  expect(edits.slice(0, 8)).toEqual([100, 99, 98, 97, 96, 95, 94, 93].map(id));
  expect(edits.slice(8)).toEqual(Array.from({ length: 16 }, (_, index) => id(16 - index)));
  expect(after(100)).toMatch(EDITS_PATTERN);
  expect(after(MAX_EDITS).split(" ")).toHaveLength(MAX_EDITS);
});

test("of a numbered version the newest are enough", () => {
  expect(newestOf(after(9))).toBe([9, 8, 7, 6, 5, 4, 3, 2].map(id).join(" "));
  expect(newestOf(after(2))).toBe(after(2));
  expect(newestOf("")).toBe("");
});

test("a content that came about twice is known by both of its edits", () => {
  expect(mergeEdits("11111111 00000000", "22222222 00000000")).toBe("11111111 22222222 00000000");
  expect(mergeEdits("", "22222222")).toBe("22222222");
  expect(mergeEdits("11111111", "")).toBe("11111111");
});
