import { expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { openNameless } from "../../../../src/platform/disk/nameless-file.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { temporaryFolder } from "../../../support/folder.ts";

test("a nameless file can be written and read, and nothing of it is in its folder", async () => {
  const folder = temporaryFolder();
  const fd = await openNameless(systemDisk, systemRandom, folder, ".own-");
  try {
    await systemDisk.write(fd, Buffer.from("bytes"), 0);
    const read = Buffer.alloc(5);
    await systemDisk.read(fd, read, 0);
    expect(read.toString()).toBe("bytes");
    expect(fs.readdirSync(folder)).toEqual([]);
  } finally {
    await systemDisk.close(fd);
  }
});

test("one whose name cannot be taken away is closed", async () => {
  const closed: number[] = [];
  const denied = new DiskError("denied", "/folder", "permission denied");
  const disk = {
    open: async () => 7,
    remove: () => Promise.reject(denied),
    close: async (fd: number) => void closed.push(fd),
  };
  expect(await openNameless(disk, systemRandom, "/folder", ".own-").catch((error: unknown) => error)).toBe(denied);
  expect(closed).toEqual([7]);
});
