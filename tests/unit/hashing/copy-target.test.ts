import { expect, test } from "bun:test";
import fs from "node:fs";
import { inlineHashing } from "../../../src/hashing/hasher-client.ts";
import { FileChanged } from "../../../src/hashing/hashing.ts";
import { type BlockingDisk, DiskError, type Reach } from "../../../src/platform/disk/disk.ts";
import { beneath } from "../../../src/platform/disk/reach/anchor.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { MIB } from "../../../src/platform/units.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { content } from "../transfer/content.ts";

/** 2001-09-09, 01:46:40 and some microseconds. */
const MODIFIED = 1_000_000_000_123_457;
const LARGE = content(130 * MIB + 5);

/** A file to be copied, on a disk that does some things in another way. */
function fixture(
  bytes: Uint8Array,
  changes: Partial<BlockingDisk> = {},
  { cloneOnly = false, reach = "real" }: { cloneOnly?: boolean; reach?: Reach } = {},
) {
  const folder = temporaryFolder();
  const from = `${folder}/from`;
  const to = `${folder}/to`;
  fs.writeFileSync(from, bytes);
  const hashing = inlineHashing({ ...systemBlockingDisk, ...changes }, silentLog);
  const calls: number[] = [];
  const copy = (onProgress = (_done: number) => true) =>
    hashing.copy(from, bytes.length, { path: to, reach, modified: MODIFIED, cloneOnly }, (done) => {
      calls.push(done);
      return onProgress(done);
    });
  return { from, to, copy, calls };
}

test.each([0, 1, 5000, MIB, 3 * MIB + 17])(
  "a copy of %i bytes is hashed on its way, and has the time it was to have",
  async (size) => {
    const { bytes, version } = content(size);
    const { to, copy } = fixture(bytes);
    expect((await copy()).id).toBe(version.id);
    expect(fs.readFileSync(to).equals(bytes)).toBe(true);
    expect(fs.statSync(to, { bigint: true }).mtimeNs).toBe(BigInt(MODIFIED) * 1000n);
  },
);

test("a large file is copied part by part, and what it says of progress grows", async () => {
  const { to, copy, calls } = fixture(LARGE.bytes);
  expect((await copy()).id).toBe(LARGE.version.id);
  expect(fs.readFileSync(to).equals(LARGE.bytes)).toBe(true);
  expect(calls).toEqual([64 * MIB, 128 * MIB, LARGE.bytes.length]);
});

test("a sparse file stays so", async () => {
  const bytes = Buffer.alloc(80 * MIB + 9);
  bytes.write("something", 30 * MIB + 5);
  const { to, copy } = fixture(bytes);
  await copy();
  expect(fs.readFileSync(to).equals(bytes)).toBe(true);
  expect(fs.statSync(to).blocks * 512).toBeLessThan(MIB);
});

test("a file system that can clone does so once, and it is the clone that is read", async () => {
  let clones = 0;
  const written: number[] = [];
  const { to, copy, from } = fixture(LARGE.bytes, {
    clone(source, target) {
      clones += 1;
      fs.writeSync(target, fs.readFileSync(`/proc/self/fd/${source}`));
      // Somebody writes to the source while its clone is read.
      fs.writeFileSync(from, Buffer.alloc(LARGE.bytes.length, 1));
      return "cloned";
    },
    write: (fd) => void written.push(fd),
  });
  expect((await copy()).id).toBe(LARGE.version.id);
  expect(fs.readFileSync(to).equals(LARGE.bytes)).toBe(true);
  expect({ clones, written }).toEqual({ clones: 1, written: [] });
});

test("what there is no room for is only cloned", async () => {
  const clone = (source: number, target: number): "cloned" => {
    fs.writeSync(target, fs.readFileSync(`/proc/self/fd/${source}`));
    return "cloned";
  };
  const { bytes, version } = content(5000);
  const able = fixture(bytes, { clone }, { cloneOnly: true });
  expect((await able.copy()).id).toBe(version.id);
  const unable = fixture(bytes, { clone: () => "unsupported" }, { cloneOnly: true });
  expect(await unable.copy().catch((error: unknown) => error)).toMatchObject({ failure: "full" });
  expect(fs.statSync(unable.to).blocks).toBe(0);
});

test("a file system that cannot clone is asked once", async () => {
  let asked = 0;
  const clone = (): "unsupported" => {
    asked += 1;
    return "unsupported";
  };
  const { to, copy } = fixture(content(10).bytes, { clone });
  await copy();
  fs.rmSync(to);
  await copy();
  expect(asked).toBe(1);
});

test("what fails in the middle, or is not wanted any more, goes no further", async () => {
  let writes = 0;
  const full = fixture(LARGE.bytes, {
    write() {
      writes += 1;
      throw new DiskError("full", "to", "the disk is full");
    },
  });
  expect(await full.copy().catch((error: unknown) => error)).toMatchObject({ failure: "full" });
  await Bun.sleep(0);
  expect(writes).toBe(1);
  const unwanted = fixture(LARGE.bytes);
  await expect(unwanted.copy(() => false)).rejects.toThrow("not wanted any more");
  expect(unwanted.calls).toEqual([64 * MIB]);
  const cut = fixture(LARGE.bytes);
  fs.truncateSync(cut.from, 100 * MIB);
  expect(await cut.copy().catch((error: unknown) => error)).toBeInstanceOf(FileChanged);
  const taken = fixture(content(10).bytes);
  fs.writeFileSync(taken.to, "somebody's");
  expect(await taken.copy().catch((error: unknown) => error)).toMatchObject({ failure: "exists" });
  expect(fs.readFileSync(taken.to, "utf8")).toBe("somebody's");
});

test("a copy is made only where it may be", async () => {
  const elsewhere = { path: "/", device: 0n, inode: 0n };
  const { to, copy } = fixture(content(5000).bytes, {}, { reach: beneath(elsewhere) });
  await expect(copy()).rejects.toMatchObject({ failure: "away" });
  expect(fs.existsSync(to)).toBe(false);
});
