import { expect, test } from "bun:test";
import { FolderPages } from "../../../../src/secondary/http/folder-pages.ts";
import type { IndexedFile } from "../../../../src/secondary/index/file-record.ts";

const FILM = {
  name: "films/a.mkv",
  id: "a".repeat(64),
  size: 9,
  mtimeNs: 1_700_000_000_123_456_789n,
  sha256: "ee",
} as IndexedFile;

function setUp() {
  const now = { away: null as string | null, whyIncomplete: null as string | null };
  const pages = new FolderPages({
    index: {
      filesIn: (path) => (path === "films" ? [FILM] : []),
      foldersIn: (path) => (path === "" ? ["films"] : []),
    },
    obstacle: () => now.away,
    whyIncomplete: () => now.whyIncomplete,
  });
  return { pages, now };
}

test("what is in a folder is said of each file and folder", () => {
  const { pages } = setUp();
  const file = { id: FILM.id, size: 9, modified: 1_700_000_000_123_456, sha256: "ee", sources: null };
  expect(pages.read("films/", "")).toEqual({
    kind: "page",
    page: { entries: [{ kind: "file", name: "a.mkv", file }], next: null },
  });
  expect(pages.read("", "")).toEqual({
    kind: "page",
    page: { entries: [{ kind: "folder", name: "films" }], next: null },
  });
});

test("a folder that is not there is missing; where that cannot be known, it is said why", () => {
  const { pages, now } = setUp();
  expect(pages.read("other/", "")).toEqual({ kind: "missing" });
  expect(pages.read("films/", "z")).toEqual({ kind: "page", page: { entries: [], next: null } });
  now.whyIncomplete = "it is still being read";
  expect(pages.read("films/", "")).toEqual({ kind: "unavailable", reason: "it is still being read" });
  now.away = "the disk is not there";
  expect(pages.read("films/", "")).toEqual({ kind: "unavailable", reason: "the disk is not there" });
});
