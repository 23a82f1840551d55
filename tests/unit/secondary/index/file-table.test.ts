import { expect, test } from "bun:test";
import type { FileRecord } from "../../../../src/secondary/index/file-record.ts";
import { FileTable } from "../../../../src/secondary/index/file-table.ts";

/** A version's id for a short text. */
const idOf = (text: string) => Buffer.from(text.padEnd(32, "\0")).toString("hex");

function record(name: string, version = name, size = 1): FileRecord {
  const id = idOf(version);
  const descent = { id, vector: "aaaaaaaa:1", changed: false, edits: id };
  return { name, ...descent, size, blake3: null, sha256: null, mtimeNs: 1n, ctimeNs: 1n, inode: 1n };
}

test("a record of an earlier run is known, and seen by nobody outside until it is shared", () => {
  const table = new FileTable();
  table.addUnshared(record("a/b", "v"));
  expect(table.known("a/b")?.id).toBe(idOf("v"));
  expect([table.get("a/b"), table.count, [...table.records()], table.nameOf(idOf("v"))]).toEqual([
    undefined,
    0,
    [],
    undefined,
  ]);
  table.share(record("a/b", "v"), 1);
  expect([table.get("a/b")?.id, table.count, table.nameOf(idOf("v"))]).toEqual([idOf("v"), 1, "a/b"]);
  // What is known already is not older than what the store has.
  table.addUnshared(record("a/b", "older"));
  expect(table.get("a/b")?.id).toBe(idOf("v"));
});

test("what is not shared any more stays known, and can be shared again", () => {
  const table = new FileTable();
  table.share(record("a", "v"), 1);
  table.share(record("b", "v"), 1);
  table.unshare("a");
  table.unshare("a");
  expect([table.get("a"), table.known("a")?.id, table.count, [...table.namesOf(idOf("v"))]]).toEqual([
    undefined,
    idOf("v"),
    1,
    ["b"],
  ]);
  table.share(record("a", "v"), 2);
  expect([table.count, [...table.namesOf(idOf("v"))]]).toEqual([2, ["b", "a"]]);
});

test("a name that gets another version is found by the new id alone", () => {
  const table = new FileTable();
  table.share(record("a", "one"), 1);
  table.share(record("a", "two"), 2);
  expect([table.nameOf(idOf("one")), table.nameOf(idOf("two")), table.count]).toEqual([undefined, "a", 1]);
  table.delete("a");
  expect([table.known("a"), table.nameOf(idOf("two")), table.count]).toEqual([undefined, undefined, 0]);
});

test("folders are known as long as something is in them, shared or not", () => {
  const table = new FileTable();
  table.addUnshared(record("a/b/c"));
  table.share(record("a/d"), 1);
  expect([table.hasFolder("a"), table.hasFolder("a/b"), table.hasFolder("a/b/c")]).toEqual([true, true, false]);
  expect([...table.namesUnder(new Set(["a"]))].sort()).toEqual(["a/b/c", "a/d"]);
  table.unshare("a/d");
  table.delete("a/b/c");
  expect([table.hasFolder("a"), table.hasFolder("a/b")]).toEqual([true, false]);
  table.delete("a/d");
  expect(table.hasFolder("a")).toBe(false);
});

test("names that a scan has not seen, everywhere or beneath some folders", () => {
  const table = new FileTable();
  for (const name of ["a/1", "a/2", "b/1"]) table.share(record(name), 1);
  table.addUnshared(record("b/old"));
  table.markSeen("a/1", 2);
  expect([...table.notSeenIn(2, null)]).toEqual(["a/2", "b/1", "b/old"]);
  expect([...table.notSeenIn(2, new Set(["a"]))]).toEqual(["a/2"]);
  // A scan that began earlier does not take back what a later one saw.
  table.markSeen("a/1", 1);
  expect([...table.notSeenIn(2, new Set(["a"]))]).toEqual(["a/2"]);
});

test("the bytes of shared files are the sum of their sizes, whatever becomes of them", () => {
  const table = new FileTable();
  const check = (bytes: number) => {
    expect(table.bytes).toBe([...table.records()].reduce((sum, { size }) => sum + size, 0));
    expect(table.bytes).toBe(bytes);
  };
  table.addUnshared(record("a", "v", 10));
  check(0);
  table.share(record("a", "v", 10), 1);
  table.share(record("b", "w", 5), 1);
  check(15);
  table.share(record("a", "v", 10), 2);
  table.share(record("b", "x", 7), 2);
  check(17);
  table.unshare("a");
  table.unshare("a");
  table.delete("b");
  check(0);
});

test("of a folder only what is shared is shown", () => {
  const table = new FileTable();
  table.addUnshared(record("hidden/a"));
  table.addUnshared(record("films/old"));
  table.share(record("films/b"), 1);
  table.share(record("films/deep/er/c"), 1);
  table.share(record("top"), 1);
  const shown = (folder: string) => [
    [...table.filesIn(folder)].map(({ name }) => name),
    [...table.foldersIn(folder)],
    table.hasSharedFolder(folder),
  ];
  expect(shown("")).toEqual([["top"], ["films"], false]);
  expect(shown("films")).toEqual([["films/b"], ["films/deep"], true]);
  expect(shown("films/deep")).toEqual([[], ["films/deep/er"], true]);
  expect(shown("hidden")).toEqual([[], [], false]);
  table.delete("films/deep/er/c");
  table.unshare("films/b");
  expect(shown("films")).toEqual([[], [], false]);
  expect(shown("")).toEqual([["top"], [], false]);
});
