import { expect, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { makeDurableFolder } from "../../../../src/platform/disk/durable-folder.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { temporaryFolder } from "../../../support/folder.ts";

/** A disk that counts what is synced, after what `refuse` does. */
function counting(refuse: () => void = () => {}): { disk: Disk; synced: string[] } {
  const synced: string[] = [];
  const syncFolder = async (path: string) => {
    refuse();
    synced.push(path);
    await systemDisk.syncFolder(path);
  };
  return { disk: { ...systemDisk, syncFolder }, synced };
}

test("every folder with the name of one that was made is synced, and none when all were there", async () => {
  const root = temporaryFolder();
  const { disk, synced } = counting();
  expect(await makeDurableFolder(disk, join(root, "a/b/c"))).toBe(join(root, "a"));
  expect(synced).toEqual([join(root, "a/b"), join(root, "a"), root]);
  expect(await makeDurableFolder(disk, join(root, "a/b/c"))).toBeNull();
  expect(synced).toHaveLength(3);
});

test("a path that begins where the program runs ends there", async () => {
  const name = `redes-${process.pid}`;
  const { disk, synced } = counting();
  try {
    expect(await makeDurableFolder(disk, `${name}/b`)).toBe(name);
    expect(synced).toEqual([name, "."]);
  } finally {
    fs.rmSync(name, { recursive: true, force: true });
  }
});

test("a folder that may not be read is made in all the same, another error is thrown", async () => {
  const root = temporaryFolder();
  const fail = (failure: "denied" | "other") => () => {
    throw new DiskError(failure, root, failure);
  };
  expect(await makeDurableFolder(counting(fail("denied")).disk, join(root, "a"))).toBe(join(root, "a"));
  expect(makeDurableFolder(counting(fail("other")).disk, join(root, "b"))).rejects.toThrow("other");
});
