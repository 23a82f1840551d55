import { expect, test } from "bun:test";
import { removeMadeFolders } from "../../../../../src/transfer/sinks/work-files/made-folders.ts";
import { workFilesFor } from "../../../../../src/transfer/sinks/work-files/work-files.ts";

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
