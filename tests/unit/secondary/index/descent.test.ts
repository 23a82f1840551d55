import { expect, test } from "bun:test";
import {
  agreedDescent,
  changedDescent,
  foundDescent,
  installedDescent,
  mayRemove,
  mayReplace,
  newDescent,
  numberedDescent,
  putAgainDescent,
} from "../../../../src/secondary/index/descent.ts";

const A = "aaaaaaaa";

test("an edit is based on the version that was there, and comes after what made that", () => {
  const agreed = agreedDescent("one", `${A}:1`, "11111111");
  const two = changedDescent(agreed, "two", "22222222");
  expect(two).toEqual({ id: "two", vector: `${A}:1`, changed: true, edits: "22222222 11111111" });
  // A content that comes back is another edit.
  expect(changedDescent(two, "one", "33333333")).toMatchObject({ id: "one", edits: "33333333 22222222 11111111" });
  expect(changedDescent(two, "two", "33333333")).toEqual(two);
});

test("what is found without history is the same everywhere", () => {
  const found = foundDescent("1234567890");
  expect(found).toEqual({ id: "1234567890", vector: "", changed: false, edits: "" });
  expect(changedDescent(found, "two", "22222222").edits).toBe("22222222 12345678");
});

test("a copy goes over what it descends from, and over nothing else", () => {
  const copy = { id: "two", vector: `${A}:2`, edits: "22222222 11111111" };
  expect(mayReplace(copy, agreedDescent("one", `${A}:1`, ""))).toBe(true);
  expect(mayReplace(copy, agreedDescent("one", `${A}:3`, ""))).toBe(false);
  expect(mayReplace(copy, { id: "one", vector: `${A}:1`, changed: true, edits: "33333333 11111111" })).toBe(false);
  // The central has numbered it, but that message did not arrive here.
  expect(mayReplace(copy, newDescent("one", "11111111"))).toBe(true);
  expect(mayReplace(copy, foundDescent("1234567890"))).toBe(false);
  expect(mayReplace(copy, newDescent("two", "33333333"))).toBe(true);
});

test("the central's number is that of the version it is about, and the base of what came after that", () => {
  const agreed = { id: "one", vector: `${A}:4`, edits: "11111111" };
  const put = newDescent("one", "11111111");
  const numbered = agreedDescent("one", `${A}:4`, "11111111");
  expect(numberedDescent(agreed, put)).toEqual(numbered);
  expect(numberedDescent(agreed, numbered)).toBeNull();
  expect(numberedDescent(agreed, newDescent("one", "33333333"))).toBeNull();
  expect(numberedDescent(agreed, foundDescent("one"))).toEqual(numbered);
  const later = changedDescent(put, "two", "22222222");
  const based = { ...later, vector: `${A}:4` };
  expect(numberedDescent(agreed, later)).toEqual(based);
  expect(numberedDescent(agreed, based)).toBeNull();
  expect(numberedDescent(agreed, newDescent("two", "33333333"))).toBeNull();
});

test("a copy of the same content that came about otherwise does not take the place of its history", () => {
  const copy = { id: "one", vector: `${A}:4`, edits: "11111111" };
  const agreed = agreedDescent("one", `${A}:4`, "11111111");
  expect(installedDescent(copy, undefined)).toEqual(agreed);
  expect(installedDescent(copy, agreedDescent("two", `${A}:3`, "22222222"))).toEqual(agreed);
  expect(installedDescent(copy, agreedDescent("one", `${A}:3`, "11111111"))).toEqual(agreed);
  const other = agreedDescent("one", "bbbbbbbb:2", "22222222");
  expect(installedDescent(copy, other)).toEqual(other);
});

test("a removal does not take what was put once more, and that comes after it", () => {
  const known = agreedDescent("a".repeat(64), "aaaaaaaa:1", "11111111");
  const removal = { id: known.id, vector: "aaaaaaaa:2", edits: "11111111" };
  expect(mayRemove(removal, known)).toBe(true);
  const again = putAgainDescent(known, "22222222");
  expect(again).toEqual({ id: known.id, vector: "aaaaaaaa:1", changed: true, edits: "22222222 11111111" });
  expect(mayRemove(removal, again)).toBe(false);
  // The central numbers it.
  expect(numberedDescent({ id: known.id, vector: "aaaaaaaa:3", edits: again.edits }, again)).toMatchObject({
    vector: "aaaaaaaa:3",
    changed: false,
  });
});

test("a removal takes what came before it, and what was found with its content; nothing that somebody put since", () => {
  const removal = { id: "one", vector: `${A}:2`, edits: "11111111" };
  expect(mayRemove(removal, agreedDescent("one", `${A}:1`, ""))).toBe(true);
  expect(mayRemove(removal, agreedDescent("older", `${A}:1`, ""))).toBe(true);
  expect(mayRemove(removal, newDescent("one", "11111111"))).toBe(true);
  expect(mayRemove(removal, foundDescent("one"))).toBe(true);
  expect(mayRemove(removal, foundDescent("another"))).toBe(false);
  expect(mayRemove(removal, newDescent("one", "33333333"))).toBe(false);
  expect(mayRemove(removal, agreedDescent("one", `${A}:3`, ""))).toBe(false);
});
