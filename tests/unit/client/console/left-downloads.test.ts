import { beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { findLeftDownloads } from "../../../../src/client/console/left-downloads.ts";
import { pathUnder } from "../../../../src/client/downloads/destination.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { workFilesFor } from "../../../../src/transfer/sinks/work-files/work-files.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { leaveDownload } from "./leave-download.ts";

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

test("what is left is found in the folder and in those below it, with how much of it is there", async () => {
  leaveDownload(folder, "series/two.mkv", 2);
  leaveDownload(folder, "a film.mkv", 0);
  fs.writeFileSync(path.join(folder, "other.mkv"), "x");
  expect(await findLeftDownloads(systemDisk, folder)).toEqual({
    found: [
      { name: "a film.mkv", size: 3 * MIB, done: 0 },
      { name: "series/two.mkv", size: 3 * MIB, done: 2 * MIB },
    ],
    cut: false,
  });
});

test("what is damaged, hidden, behind a link or on its way to another path is passed over", async () => {
  leaveDownload(folder, "film.mkv", 1, path.join(folder, "elsewhere.mkv"));
  leaveDownload(folder, ".hidden/film.mkv", 1);
  fs.truncateSync(leaveDownload(folder, "cut.mkv", 1), 40);
  const outside = temporaryFolder();
  fs.symlinkSync(outside, path.join(folder, "link"));
  fs.symlinkSync("/dev/zero", workFilesFor(pathUnder(folder, "zeros")).journal);
  expect(await findLeftDownloads(systemDisk, folder)).toEqual({ found: [], cut: false });
});

test("a folder that is not there has nothing", async () => {
  expect(await findLeftDownloads(systemDisk, path.join(folder, "none"))).toEqual({ found: [], cut: false });
});

test("of very many folders the first are looked at, and it is said that there are more", async () => {
  for (let index = 0; index < 1000; index++) fs.mkdirSync(path.join(folder, String(index)));
  expect(await findLeftDownloads(systemDisk, folder)).toEqual({ found: [], cut: true });
});
