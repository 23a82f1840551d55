import { expect, test } from "bun:test";
import { basename } from "node:path";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { removeMadeFolders } from "../../../../../src/transfer/sinks/work-files/made-folders.ts";
import { workFilesFor } from "../../../../../src/transfer/sinks/work-files/work-files.ts";
import { PartFileFixture } from "../part-file-fixture.ts";

const FILES = workFilesFor("/home/films/old/a.mkv");

/** The folders that go, where one of them is not empty. */
async function removed(topmost: string | null, full: string | null = null): Promise<string[]> {
  const folders: string[] = [];
  const disk = { removeFolder: async (folder: string) => folder !== full && folders.push(folder) > 0 };
  await removeMadeFolders(disk, FILES, topmost);
  return folders;
}

test("folders that were made are removed up to the topmost one, or to one that is not empty", async () => {
  expect(await removed("/home/films")).toEqual(["/home/films/old", "/home/films"]);
  expect(await removed("/home/films/old")).toEqual(["/home/films/old"]);
  expect(await removed("/home/films", "/home/films")).toEqual(["/home/films/old"]);
});

test("where no folder was made none is removed", async () => {
  expect(await removed(null)).toEqual([]);
});

test("a folder that goes again and again is not made without end", async () => {
  const fixture = new PartFileFixture();
  const opened: string[] = [];
  fixture.disk.open = async (file) => {
    opened.push(basename(file));
    throw new DiskError("missing", file, `${file} is gone`);
  };
  await expect(fixture.prepare()).rejects.toThrow("is gone");
  expect(opened).toEqual(Array(10).fill(basename(fixture.journal)));
});

test("a download that waits for another one makes the folder again which that one has removed", async () => {
  const fixture = new PartFileFixture();
  const isHeld = Promise.withResolvers<void>();
  fixture.disk.lock = (fd) => {
    const result = systemDisk.lock(fd);
    if (result === "held") isHeld.resolve();
    return result;
  };
  const first = await fixture.prepare();
  const second = fixture.prepare();
  await isHeld.promise;
  await first.abandon();
  while (fixture.clock.pending === 0) await Bun.sleep(0);
  fixture.clock.advance(100);
  const sink = await second;
  expect(fixture.names()).toEqual([fixture.journal, fixture.part].map((file) => basename(file)));
  await sink.abandon();
});
