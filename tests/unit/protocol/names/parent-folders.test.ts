import { expect, test } from "bun:test";
import { parentFolders } from "../../../../src/protocol/names/parent-folders.ts";

test("the folders of a name", () => {
  expect(parentFolders("a/bc/d")).toEqual(["a", "a/bc"]);
  expect(parentFolders("a")).toEqual([]);
});
