import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { DIRECT_UNIT } from "../../../src/base/disk.ts";
import { alignedBytes } from "../../../src/base/memory.ts";
import { systemBlockingDisk, systemDisk } from "../../../src/base/system-disk.ts";
import { temporaryFolder } from "../../support/folder.ts";

const UNITS = 100;

/** Bytes that can be written directly, each unit of them full of its number. */
function numbered(): Uint8Array {
  const bytes = alignedBytes(UNITS * DIRECT_UNIT, DIRECT_UNIT);
  for (let unit = 0; unit < UNITS; unit++) bytes.fill(unit, unit * DIRECT_UNIT, (unit + 1) * DIRECT_UNIT);
  return bytes;
}

describe("direct writes", () => {
  // Where the file system has none, the queue writes through the usual descriptor.
  test("go on by themselves, and are read the usual way when they are told of", async () => {
    const name = path.join(temporaryFolder(), "part");
    const file = fs.openSync(name, "w+");
    const direct = await systemDisk.openDirect(file, name);
    const queue = systemBlockingDisk.writeQueue();
    if (!queue) throw new Error("this system has no queue for writes");
    const bytes = numbered();
    const told: boolean[] = [];
    for (let unit = UNITS - 1; unit >= 0; unit--) {
      const piece = bytes.subarray(unit * DIRECT_UNIT, (unit + 1) * DIRECT_UNIT);
      const begin = () => queue.begin(direct ?? file, piece, unit * DIRECT_UNIT, (written) => void told.push(written));
      // The queue has its bound.
      while (!begin()) queue.reap(true);
    }
    while (queue.pending > 0) queue.reap(true);
    queue.reap(true);
    expect(told).toEqual(Array(UNITS).fill(true));
    expect(fs.readFileSync(name).equals(bytes)).toBe(true);
    fs.closeSync(file);
    if (direct !== null) fs.closeSync(direct);
  });

  test("that fail are told of as not written", () => {
    const name = path.join(temporaryFolder(), "part");
    fs.writeFileSync(name, "here");
    const file = fs.openSync(name, "r");
    const queue = systemBlockingDisk.writeQueue();
    const told: boolean[] = [];
    const bytes = alignedBytes(DIRECT_UNIT, DIRECT_UNIT);
    // A system may find out at once.
    if (!queue?.begin(file, bytes, 0, (written) => void told.push(written))) told.push(false);
    queue?.reap(true);
    expect(told).toEqual([false]);
    expect(queue?.pending).toBe(0);
    expect(fs.readFileSync(name, "utf8")).toBe("here");
    fs.closeSync(file);
  });

  test("there are none to a file in memory", async () => {
    const memory = fs.existsSync("/dev/shm") ? "/dev/shm" : null;
    if (memory === null) return;
    const folder = fs.mkdtempSync(path.join(memory, "redes-test-"));
    const name = path.join(folder, "part");
    const file = fs.openSync(name, "w+");
    expect(await systemDisk.openDirect(file, name)).toBeNull();
    fs.closeSync(file);
    fs.rmSync(folder, { recursive: true });
  });
});

test("an error names the file that a descriptor is of", () => {
  const name = path.join(temporaryFolder(), "part");
  fs.writeFileSync(name, "");
  const file = fs.openSync(name, "r");
  expect(() => systemBlockingDisk.write(file, new Uint8Array(1), 0)).toThrow(`cannot write ${name}: `);
  fs.closeSync(file);
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

test("memory for direct writes begins where they may", () => {
  for (const length of [1, 100, DIRECT_UNIT, 1_000_000]) {
    const bytes = alignedBytes(length, 1 << 16);
    expect(bytes).toHaveLength(length);
    expect(bytes.byteOffset).toBeLessThan(1 << 16);
  }
});
