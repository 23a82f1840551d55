import { expect, test } from "bun:test";
import { keyOf, type ShownKeptVersion, withName } from "../../../../../src/web/views/kept/kept-versions.ts";

const version = (name: string, at = 1): ShownKeptVersion => {
  return { name, version: 1, id: "a".repeat(64), size: 1, at, why: "removed", secondaries: [1] };
};

test("names are looked through without regard to upper and lower case", () => {
  const versions = [version("Series/One.mkv"), version("two.mkv")];
  expect(withName(versions, " one ").map(({ name }) => name)).toEqual(["Series/One.mkv"]);
  expect(withName(versions, "")).toBe(versions);
});

test("a file that left twice with the same content is there twice", () => {
  expect(keyOf(version("a", 1))).not.toBe(keyOf(version("a", 2)));
});
