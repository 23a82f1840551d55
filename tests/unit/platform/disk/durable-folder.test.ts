import { expect, test } from "bun:test";
import fs from "node:fs";
import { dirname, join } from "node:path";
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

/** The folders above a path, the innermost first. */
function above(path: string): string[] {
  return dirname(path) === path ? [] : [dirname(path), ...above(dirname(path))];
}

test("every folder with the name of one that was made is synced, and once those that were there", async () => {
  const root = temporaryFolder();
  const { disk, synced } = counting();
  expect(await makeDurableFolder(disk, join(root, "a/b/c"))).toBe(join(root, "a"));
  expect(synced.splice(0)).toEqual(above(join(root, "a/b/c")));
  expect(await makeDurableFolder(disk, join(root, "a/b/c"))).toBeNull();
  expect(synced).toEqual([]);
  expect(await makeDurableFolder(disk, join(root, "a/d/e"))).toBe(join(root, "a/d"));
  expect(synced).toEqual([join(root, "a/d"), join(root, "a")]);
});

test("a folder that a killed process has made and not synced is synced by the next one that needs it", async () => {
  const folder = join(temporaryFolder(), "a/b");
  fs.mkdirSync(folder, { recursive: true });
  const { disk, synced } = counting();
  expect(await makeDurableFolder(disk, folder)).toBeNull();
  expect(synced).toEqual(above(folder));
});

test("one that was removed and is made anew is synced anew", async () => {
  const folder = join(temporaryFolder(), "a");
  const { disk, synced } = counting();
  await makeDurableFolder(disk, folder);
  fs.rmdirSync(folder);
  synced.length = 0;
  expect(await makeDurableFolder(disk, folder)).toBe(folder);
  expect(synced).toEqual([dirname(folder)]);
});

test("that one which was there cannot be synced is no reason to fail", async () => {
  const root = temporaryFolder();
  const { disk } = counting(() => {
    throw new DiskError("other", root, "other");
  });
  expect(await makeDurableFolder(disk, root)).toBeNull();
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
  await expect(makeDurableFolder(counting(fail("other")).disk, join(root, "b"))).rejects.toThrow("other");
});
