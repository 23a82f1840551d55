import { expect, test } from "bun:test";
import { FileList } from "../../../../src/client/http/file-list.ts";
import { PageMaker } from "../../../../src/client/http/page-maker.ts";
import { chunksOf } from "../../../../src/platform/chunks.ts";
import type { ListedFile } from "../../../../src/protocol/messages/client.ts";
import { listed } from "./api/listed.ts";

const SHA256 = "b".repeat(64);

function files(from: number, to: number): ListedFile[] {
  return Array.from({ length: to - from }, (_, index) => listed(`f${String(from + index).padStart(4, "0")}`));
}

/** The list that comes after one, in pages of `length` files. */
function listAfter(before: FileList, files: readonly ListedFile[], length: number): FileList {
  const list = new FileList();
  const maker = new PageMaker(before);
  for (const page of chunksOf(files, length)) for (const made of maker.add(page)) list.add(made);
  for (const last of maker.flush()) list.add(last);
  expect([...list].map(({ name, id }) => `${name} ${id}`)).toEqual(files.map(({ name, id }) => `${name} ${id}`));
  return list;
}

/** The first names of the pages that two lists share. */
function shared(one: FileList, other: FileList): string[] {
  return [...one].map(({ name }) => name).filter((name) => one.pageOf(name) && one.pageOf(name) === other.pageOf(name));
}

test("the pages of a first list are as they come", () => {
  const list = listAfter(new FileList(), files(0, 5), 2);
  expect([...list].filter(({ name }) => list.pageOf(name)).map(({ name }) => name)).toEqual([
    "f0000",
    "f0002",
    "f0004",
  ]);
});

test("a page that is as it was is the same one, wherever the new ones begin", () => {
  const before = listAfter(new FileList(), files(0, 12), 3);
  expect(shared(before, listAfter(before, files(0, 12), 5))).toEqual(["f0000", "f0003", "f0006", "f0009"]);
  expect(shared(before, listAfter(before, [listed("a"), ...files(0, 12)], 3))).toEqual([
    "f0000",
    "f0003",
    "f0006",
    "f0009",
  ]);
  expect(shared(before, listAfter(before, [...files(0, 4), ...files(5, 12)], 3))).toEqual(["f0000", "f0006", "f0009"]);
  expect(shared(before, listAfter(before, files(1, 12), 3))).toEqual(["f0003", "f0006", "f0009"]);
  expect(shared(before, listAfter(before, files(0, 6), 3))).toEqual(["f0000", "f0003"]);
  expect(shared(before, listAfter(before, [], 3))).toEqual([]);
});

test("a page in which anything is not as it was is another one", () => {
  const before = listAfter(new FileList(), files(0, 6), 3);
  const changes: Partial<ListedFile>[] = [
    { size: 2 },
    { modified: 3 },
    { sources: 2 },
    { id: SHA256 },
    { blake3: SHA256 },
    { sha256: SHA256 },
    { sha256: "0".repeat(64) },
  ];
  for (const change of changes) {
    const [first, second, ...rest] = files(0, 6);
    const after = listAfter(before, [first as ListedFile, { ...(second as ListedFile), ...change }, ...rest], 3);
    expect(shared(before, after)).toEqual(["f0003"]);
  }
});

test("hashes that are others, gone, or of another file make a page another one", () => {
  const [first, second, third] = files(0, 3) as [ListedFile, ListedFile, ListedFile];
  const known = { blake3: "c".repeat(64), sha256: "d".repeat(64) };
  const hashed = [{ ...first, ...known }, second, third];
  const before = listAfter(new FileList(), hashed, 3);
  expect(shared(before, listAfter(before, hashed, 3))).toEqual(["f0000"]);
  for (const kind of ["blake3", "sha256"] as const) {
    for (const hash of [SHA256, null]) {
      expect(shared(before, listAfter(before, [{ ...first, ...known, [kind]: hash }, second, third], 3))).toEqual([]);
    }
    const moved = [{ ...first, ...known, [kind]: null }, { ...second, [kind]: known[kind] }, third];
    expect(shared(before, listAfter(before, moved, 3))).toEqual([]);
  }
});

test("of very many new files no page is long", () => {
  const before = listAfter(new FileList(), files(0, 1), 1);
  const list = listAfter(before, files(0, 2000), 256);
  const begins = [...list].filter(({ name }) => list.pageOf(name));
  expect(begins.map(({ name }) => name)).toEqual(["f0000", "f0512", "f1024", "f1536"]);
});
