import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { NamelessFiles } from "../../../../src/client/streaming/store-file.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const VERSION = { id: "a".repeat(64), size: 5 };

function setUp(folder: string) {
  const logged: string[] = [];
  const note = (event: string) => void logged.push(event);
  const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count).fill(logged.length) };
  const log = { info: note, warn: note, error: note };
  return { files: new NamelessFiles({ disk: systemDisk, random, log }, folder), logged };
}

function pathOf({ fd }: { readonly fd: number }): string {
  return path.dirname(fs.readlinkSync(`/proc/self/fd/${fd}`));
}

test("a file in a folder has no name there", async () => {
  const folder = temporaryFolder();
  const { files, logged } = setUp(folder);
  const file = await files.open(VERSION);
  expect([pathOf(file), fs.readdirSync(folder), logged]).toEqual([folder, [], []]);
  await file.close(0);
});

test("where no file can be made in the folder it is in memory, and the log says so once", async () => {
  const { files, logged } = setUp(path.join(temporaryFolder(), "none"));
  for (let count = 0; count < 2; count++) {
    const file = await files.open(VERSION);
    expect(pathOf(file)).toBe("/dev/shm");
    await file.close(0);
  }
  expect(logged).toEqual(["no-room"]);
});
