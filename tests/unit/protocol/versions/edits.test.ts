import { expect, test } from "bun:test";
import {
  EDITS_PATTERN,
  editsIncluding,
  includesEditOf,
  MAX_EDITS,
  mergeEdits,
  newestEdits,
  ownEdit,
  withEdit,
} from "../../../../src/protocol/versions/edits.ts";

const id = (number: number) => number.toString(16).padStart(8, "0");
const CONTENT = "aaaaaaaabbbbbbbb";

function made(edits: string) {
  return { id: CONTENT, edits };
}

function after(count: number): string {
  let all = id(1);
  for (let number = 2; number <= count; number += 1) all = withEdit(made(all), id(number));
  return all;
}

test("edits know the own one of another content, and that alone", () => {
  expect(includesEditOf("22222222 11111111", made("11111111 00000000"))).toBe(true);
  expect(includesEditOf("11111111 00000000", made("22222222 11111111"))).toBe(false);
  expect(includesEditOf("11111111", made("11111111"))).toBe(true);
  expect(includesEditOf("", made("11111111"))).toBe(false);
});

test("where nobody knows how a content came about, the content itself says it", () => {
  expect(ownEdit(made(""))).toBe("aaaaaaaa");
  expect(withEdit(made(""), "11111111")).toBe("11111111 aaaaaaaa");
  expect(includesEditOf("11111111 aaaaaaaa", made(""))).toBe(true);
  expect(includesEditOf("11111111 aaaaaaaa", made("22222222"))).toBe(false);
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
  expect(newestEdits(after(9))).toBe([9, 8, 7, 6, 5, 4, 3, 2].map(id).join(" "));
  expect(newestEdits(after(2))).toBe(after(2));
  expect(newestEdits("")).toBe("");
});

test("the edits of a version name the one by which somebody knows it", () => {
  expect(editsIncluding(after(9), made(id(5)))).toBe(after(9));
  const newest = [9, 8, 7, 6, 5, 4, 3, 2].map(id);
  expect(editsIncluding(newest.join(" "), made(id(1)))).toBe([...newest.slice(0, 7), id(1)].join(" "));
  expect(editsIncluding("", made(""))).toBe("");
  expect(editsIncluding("", made(id(1)))).toBe(id(1));
});

test("a content that came about in two ways is known by both", () => {
  expect(mergeEdits(made("11111111 00000000"), made("22222222 00000000"))).toBe("11111111 22222222 00000000");
  expect(mergeEdits(made("11111111 00000000"), made(""))).toBe("11111111 aaaaaaaa 00000000");
  expect(mergeEdits(made(""), made("22222222 00000000"))).toBe("22222222 aaaaaaaa 00000000");
  expect(mergeEdits(made(""), made(""))).toBe("");
});
