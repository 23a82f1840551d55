import { expect, test } from "bun:test";
import { folderListing } from "../../../../src/secondary/http/folder-listing.ts";
import type { IndexedFile } from "../../../../src/secondary/index/file-record.ts";

/** A folder with files and folders of these names, a slash behind those of folders. */
function indexOf(folder: string, names: readonly string[]) {
  return {
    *filesIn(path: string) {
      if (`${path}/` !== folder && folder !== path) return;
      for (const name of names) if (!name.endsWith("/")) yield { name: `${folder}${name}` } as IndexedFile;
    },
    *foldersIn(path: string) {
      if (`${path}/` !== folder && folder !== path) return;
      for (const name of names) if (name.endsWith("/")) yield `${folder}${name.slice(0, -1)}`;
    },
  };
}

/** All pages, one after the other. */
function pagesOf(folder: string, names: readonly string[], limit: number): string[][] {
  const pages: string[][] = [];
  for (let start: string | null = ""; start !== null; ) {
    const { entries, next } = folderListing(indexOf(folder, names), folder, start, limit);
    pages.push(entries.map(({ kind, name }) => (kind === "folder" ? `${name}/` : name)));
    start = next;
  }
  return pages;
}

test("files and folders come in the order of their names, in pages", () => {
  const names = ["c.txt", "a", "b/", "b.txt", "ñ", "B"];
  expect(pagesOf("", names, 10)).toEqual([["B", "a", "b.txt", "b/", "c.txt", "ñ"]]);
  expect(pagesOf("films/", names, 2)).toEqual([
    ["B", "a"],
    ["b.txt", "b/"],
    ["c.txt", "ñ"],
  ]);
  // A page may begin with a folder.
  expect(pagesOf("films/", names, 3)).toEqual([
    ["B", "a", "b.txt"],
    ["b/", "c.txt", "ñ"],
  ]);
  expect(pagesOf("films/", [], 2)).toEqual([[]]);
});

test("many come as few do, in whatever order the index has them", () => {
  const sorted = Array.from({ length: 2500 }, (_, index) => `file ${String(index).padStart(5, "0")}`);
  const mixed = sorted.map((_, index) => sorted[(index * 1009) % sorted.length] ?? "");
  for (const names of [sorted, sorted.toReversed(), mixed]) {
    const pages = pagesOf("", names, 100);
    expect(pages).toHaveLength(25);
    expect(pages.flat()).toEqual(sorted);
  }
});
