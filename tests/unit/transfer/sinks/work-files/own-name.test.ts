import { beforeEach, expect, test } from "bun:test";
import type { FileStat, FolderEntry } from "../../../../../src/platform/disk/disk.ts";
import { requireOwnName } from "../../../../../src/transfer/sinks/work-files/own-name.ts";

/** The files of a disk that does not tell capitals, by their paths. */
let files: string[];
let listed: string[];
let acceptsAnyName: boolean;

beforeEach(() => {
  files = ["/d/Films/A.bin", "/d/Films/b.bin", "/d/caf\u00e9"];
  [listed, acceptsAnyName] = [[], false];
});

const alike = (one: string, other: string) =>
  one.normalize("NFC").toLowerCase() === other.normalize("NFC").toLowerCase();

const disk = {
  acceptsAnyName: async () => acceptsAnyName,
  lstat: async (path: string) => (files.some((one) => alike(one, path)) ? ({ kind: "file" } as FileStat) : null),
  async list(folder: string): Promise<FolderEntry[]> {
    listed.push(folder);
    const within = files.filter((one) => alike(one.slice(0, folder.length + 1), `${folder}/`));
    const names = new Set(within.map((one) => one.slice(folder.length + 1).split("/")[0] ?? ""));
    return [...names].map((name) => ({ name, kind: "file", utf8: true }));
  },
};

const check = (path: string, base: string | null = "/d") => requireOwnName(disk, { path, base });

test("what is there under its own name, or is not there, is nobody else's", async () => {
  for (const path of ["/d/Films/A.bin", "/d/Films/b.bin", "/d/Films/c.bin", "/d/caf\u00e9"]) await check(path);
  expect(listed).toEqual(["/d/Films", "/d", "/d/Films", "/d", "/d"]);
});

test("what is there under another name, or in a folder of another, is somebody else's", async () => {
  const why = "the disk here does not tell these names from each other";
  await expect(check("/d/Films/a.bin")).rejects.toThrow(`/d/Films/a.bin is there already as /d/Films/A.bin: ${why}`);
  await expect(check("/d/films/b.bin")).rejects.toThrow(`/d/films/b.bin is there already as /d/Films: ${why}`);
  await expect(check("/d/cafe\u0301")).rejects.toThrow("is there already as /d/caf\u00e9: ");
});

test("what is above the folder of downloads may be written as its user likes", async () => {
  await check("/d/films/b.bin", null);
  await check("/D/Films/b.bin", "/D");
});

test("where the disk tells all names apart no folder is listed", async () => {
  acceptsAnyName = true;
  await check("/d/Films/a.bin");
  expect(listed).toEqual([]);
});
