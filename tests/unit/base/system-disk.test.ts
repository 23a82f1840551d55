import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { DIRECT_UNIT } from "../../../src/base/disk.ts";
import { alignedBytes } from "../../../src/base/memory.ts";
import { systemBlockingDisk, systemDisk } from "../../../src/base/system-disk.ts";
import { temporaryFolder } from "../../support/folder.ts";

/** A new file under a folder, and its descriptor for direct writes. */
async function opened(folder: string) {
  const name = path.join(folder, "part");
  const file = fs.openSync(name, "w+");
  return { name, file, direct: await systemDisk.openDirect(file, name) };
}

test("what is written directly is read the usual way, wherever the file system has direct writes", async () => {
  const { name, file, direct } = await opened(temporaryFolder());
  const bytes = alignedBytes(3 * DIRECT_UNIT, DIRECT_UNIT).map((_, index) => index % 251);
  const aligned = alignedBytes(bytes.length, DIRECT_UNIT);
  aligned.set(bytes);
  systemBlockingDisk.write(direct ?? file, aligned, 5 * DIRECT_UNIT);
  expect(
    fs
      .readFileSync(name)
      .subarray(5 * DIRECT_UNIT)
      .equals(bytes),
  ).toBe(true);
  fs.closeSync(file);
  if (direct !== null) fs.closeSync(direct);
});

test.skipIf(!fs.existsSync("/dev/shm"))("a file in memory has no direct writes", async () => {
  const folder = fs.mkdtempSync("/dev/shm/redes-test-");
  const { file, direct } = await opened(folder);
  expect(direct).toBeNull();
  fs.closeSync(file);
  fs.rmSync(folder, { recursive: true });
});

test("room is reserved for the size that a file has, which keeps it", () => {
  const file = fs.openSync(path.join(temporaryFolder(), "part"), "w+");
  fs.ftruncateSync(file, 1_000_000);
  fs.writeSync(file, "here", 500_000);
  systemBlockingDisk.reserve(file);
  const { size, blocks } = fs.fstatSync(file);
  expect(size).toBe(1_000_000);
  expect(blocks * 512).toBeGreaterThanOrEqual(1_000_000);
  const kept = Buffer.alloc(4);
  fs.readSync(file, kept, 0, 4, 500_000);
  expect(kept.toString()).toBe("here");
  fs.closeSync(file);
});
