import { expect, test } from "bun:test";
import fc from "fast-check";
import { type FolderPage, folderPage } from "../../../../src/http/listing/folder-page.ts";

/** Files from a name on, of all these, and how many were looked at. */
function filesOf(names: readonly string[]) {
  const sorted = [...names].sort();
  const files = {
    looks: 0,
    *from(name: string) {
      for (const each of sorted) {
        if (each < name) continue;
        files.looks += 1;
        yield { name: each };
      }
    },
  };
  return files;
}

/** All of a folder, in pages of `limit`. */
function pages(names: readonly string[], folder: string, limit: number): string[][] {
  const { from } = filesOf(names);
  const found: string[][] = [];
  for (let start: string | null = ""; start !== null; ) {
    const page: FolderPage<{ name: string }> = folderPage(from, folder, start, limit);
    found.push(page.entries.map(({ kind, name }) => (kind === "folder" ? `${name}/` : name)));
    start = page.next;
  }
  return found;
}

const NAMES = ["a.txt", "a/1", "a/2/3", "a0", "b", "c/d/e", "c/d/f", "\uffff", "a/2.bin"];

test("a folder has its files and the folders in it, once each and in order", () => {
  expect(pages(NAMES, "", 100)).toEqual([["a.txt", "a/", "a0", "b", "c/", "\uffff"]]);
  expect(pages(NAMES, "a/", 100)).toEqual([["1", "2.bin", "2/"]]);
  expect(pages(NAMES, "c/d/", 100)).toEqual([["e", "f"]]);
  expect(pages(NAMES, "nothing/", 100)).toEqual([[]]);
});

test("pages go on where the one before ended, and the last one says so", () => {
  expect(pages(NAMES, "", 2)).toEqual([
    ["a.txt", "a/"],
    ["a0", "b"],
    ["c/", "\uffff"],
  ]);
  expect(pages(NAMES, "a/", 3)).toEqual([["1", "2.bin", "2/"]]);
});

test("what is in a folder below is not gone through", () => {
  const files = filesOf([...Array.from({ length: 10_000 }, (_, index) => `large/${index}`), "z"]);
  expect(folderPage(files.from, "", "", 10).entries).toHaveLength(2);
  expect(files.looks).toBeLessThan(10);
});

test("pages of any size have what all names have there", () => {
  const segment = fc.constantFrom("a", "b", "a.", "a0", "a-", "\u{10ffff}");
  const name = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/"));
  fc.assert(
    fc.property(
      fc.uniqueArray(name),
      fc.constantFrom("", "a/", "a/b/"),
      fc.integer({ min: 1, max: 4 }),
      (names, folder, limit) => {
        // A name is a file or a folder.
        const files = names.filter((one) => !names.some((other) => other.startsWith(`${one}/`)));
        const below = files.filter((one) => one.startsWith(folder)).map((one) => one.slice(folder.length));
        const expected = new Set(below.sort().map((one) => one.replace(/\/.*/, "/")));
        expect(pages(files, folder, limit).flat()).toEqual([...expected]);
      },
    ),
  );
});
