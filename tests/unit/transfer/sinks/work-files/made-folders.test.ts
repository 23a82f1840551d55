import { expect, test } from "bun:test";
import type { Disk } from "../../../../../src/platform/disk/disk.ts";
import { removeMadeFolders, syncMadeFolders } from "../../../../../src/transfer/sinks/work-files/made-folders.ts";
import { workFilesFor } from "../../../../../src/transfer/sinks/work-files/work-files.ts";

const FILES = workFilesFor("/home/films/old/a.mkv");

function recordingDisk(full: string | null = null): { disk: Disk; synced: string[]; removed: string[] } {
  const synced: string[] = [];
  const removed: string[] = [];
  const disk = {
    syncFolder: async (folder: string) => void synced.push(folder),
    removeFolder: async (folder: string) => folder !== full && removed.push(folder) > 0,
  };
  return { disk: disk as unknown as Disk, synced, removed };
}

test("each folder that was made is synced in the one above it", async () => {
  const { disk, synced } = recordingDisk();
  await syncMadeFolders(disk, FILES, "/home/films");
  expect(synced).toEqual(["/home/films", "/home"]);
});

test("nothing is synced where no folder was made", async () => {
  const { disk, synced } = recordingDisk();
  await syncMadeFolders(disk, FILES, null);
  expect(synced).toEqual([]);
});

test("folders that were made are removed up to the topmost one, or to one that is not empty", async () => {
  const all = recordingDisk();
  await removeMadeFolders(all.disk, FILES, "/home/films");
  expect(all.removed).toEqual(["/home/films/old", "/home/films"]);
  const some = recordingDisk("/home/films");
  await removeMadeFolders(some.disk, FILES, "/home/films");
  expect(some.removed).toEqual(["/home/films/old"]);
});
