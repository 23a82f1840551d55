import { expect, test } from "bun:test";
import type { KeptFile } from "../../../../src/protocol/messages/kept.ts";
import { KeptIndex } from "../../../../src/secondary/kept/kept-index.ts";

function kept(serial: number, name: string, id: string, size = 10): KeptFile {
  return { serial, name, id, size, at: 0, why: "replaced", number: 1 };
}

const FILES = [kept(1, "b", "x"), kept(2, "a", "y", 5), kept(3, "b", "x"), kept(4, "c", "z")];

function indexOf(files: readonly KeptFile[]): KeptIndex {
  const index = new KeptIndex();
  for (const file of files) index.add(file);
  return index;
}

const serials = (files: Iterable<KeptFile>) => [...files].map(({ serial }) => serial);

test("counts its files and their bytes, and deletes each once", () => {
  const index = indexOf(FILES);
  expect([index.count, index.bytes]).toEqual([4, 35]);
  expect(index.delete(kept(2, "a", "y", 5))).toBe(true);
  expect(index.delete(kept(2, "a", "y", 5))).toBe(false);
  expect([index.count, index.bytes]).toEqual([3, 30]);
});

test("lists the newest first, below a serial number, and the oldest first", () => {
  const index = indexOf(FILES);
  const all = () => true;
  expect(serials(index.newest(null, 10, all))).toEqual([4, 3, 2, 1]);
  expect(serials(index.newest(3, 1, all))).toEqual([2]);
  expect(serials(index.newest(null, 10, ({ name }) => name === "b"))).toEqual([3, 1]);
  expect(serials(index.newest(null, 0, all))).toEqual([]);
  expect(serials(index.oldest())).toEqual([1, 2, 3, 4]);
});

test("the newest file of a version stands for it, also when older ones are deleted", () => {
  const index = indexOf(FILES);
  expect([index.ofVersion("x")?.serial, index.ofVersion("nothing")]).toEqual([3, null]);
  index.delete(kept(1, "b", "x"));
  expect(index.ofVersion("x")?.serial).toBe(3);
  index.delete(kept(3, "b", "x"));
  expect(index.ofVersion("x")).toBeNull();
});

test("names each name once, in order", () => {
  const index = indexOf([...FILES, kept(5, "bb", "w")]);
  expect([index.names("", 10), index.names("", 2), index.names("b", 10)]).toEqual([
    ["a", "b", "bb", "c"],
    ["a", "b"],
    ["b", "bb"],
  ]);
});
