import { expect, test } from "bun:test";
import fs from "node:fs";
import { HasherClient, inlineHashing } from "../../../src/hashing/hasher-client.ts";
import { FileChanged } from "../../../src/hashing/hashing.ts";
import { type BlockingDisk, DiskError } from "../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { hash, hex } from "../../../src/platform/hash.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { MIB } from "../../../src/platform/units.ts";
import { hashesMatch, pieceCount, pieceHash, versionId } from "../../../src/protocol/versions/version.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { client, FakeThread, file } from "./hasher-fixture.ts";

test.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])("the pieces of %i bytes", async (size) => {
  const bytes = new Uint8Array(size).map((_, index) => (index * 7) % 251);
  const { id, hashes } = await inlineHashing(systemBlockingDisk, silentLog).hash(file(bytes), size);
  const pieces = Array.from({ length: pieceCount(size) }, (_, index) => bytes.subarray(index * MIB, (index + 1) * MIB));
  expect(Buffer.from(hashes)).toEqual(Buffer.concat(pieces.map((piece) => hash(piece))));
  expect(id).toBe(versionId(size, hashes));
});

/** The official test vectors of BLAKE3: bytes that count from 0 to 250, and the hash of so many of them. */
test.each([
  [0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
  [1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"],
  [102_400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"],
])("the plain BLAKE3 of %i bytes is known without hashing them twice", async (size, expected) => {
  const bytes = new Uint8Array(size).map((_, index) => index % 251);
  expect((await inlineHashing(systemBlockingDisk, silentLog).hash(file(bytes), size)).blake3).toBe(expected);
});

test.each([MIB + 1, 3 * MIB + 17, 150 * MIB + 5])("that of %i bytes is made in the same pass", async (size) => {
  const bytes = new Uint8Array(size).fill(7);
  bytes.fill(9, MIB);
  let read = 0;
  const disk: BlockingDisk = {
    ...systemBlockingDisk,
    read(fd, buffer, position) {
      read += buffer.length;
      return systemBlockingDisk.read(fd, buffer, position);
    },
  };
  const hashing = inlineHashing(disk, silentLog);
  const path = file(bytes);
  const { id, blake3 } = await hashing.hash(path, size, "whole");
  expect(blake3).toBe(hex(hash(bytes)));
  expect(read).toBe(size);
  expect(await hashing.hash(path, size)).toMatchObject({ id, blake3: null });
});

test("whole files that are hashed in turn each get their own", async () => {
  const files = [70, 130, 65].map((pieces, index) => {
    const bytes = new Uint8Array(pieces * MIB + index).fill(index + 1);
    return { path: file(bytes), size: bytes.length, blake3: hex(hash(bytes)) };
  });
  const hashing = inlineHashing(systemBlockingDisk, silentLog);
  const hashed = await Promise.all(files.map(({ path, size }) => hashing.hash(path, size, "whole")));
  expect(hashed.map(({ blake3 }) => blake3)).toEqual(files.map(({ blake3 }) => blake3));
});

test("a hole is hashed as its zeros, and one that is huge leaves the whole unknown", async () => {
  const sparse = async (size: number) => {
    const path = `${temporaryFolder()}/image`;
    const image = fs.openSync(path, "w");
    fs.ftruncateSync(image, size);
    fs.writeSync(image, Buffer.from("x"), 0, 1, size - 1);
    fs.closeSync(image);
    return (await inlineHashing(systemBlockingDisk, silentLog).hash(path, size, "whole")).blake3;
  };
  const small = new Uint8Array(20 * MIB);
  small[small.length - 1] = 120;
  expect(await sparse(small.length)).toBe(hex(hash(small)));
  expect(await sparse(3000 * MIB)).toBeNull();
});

test("holes are not read, and hashed as the zeros that they are", async () => {
  const size = 2 ** 37 + 12_345;
  const path = `${temporaryFolder()}/image`;
  const image = fs.openSync(path, "w");
  fs.ftruncateSync(image, size);
  const written = Buffer.from("something in the middle of a piece");
  fs.writeSync(image, written, 0, written.length, 2 ** 36 + 100);
  fs.closeSync(image);
  let read = 0;
  const disk: BlockingDisk = {
    ...systemBlockingDisk,
    read(fd, buffer, position) {
      read += buffer.length;
      return systemBlockingDisk.read(fd, buffer, position);
    },
  };
  const { hashes } = await inlineHashing(disk, silentLog).hash(path, size);
  const whole = 8 * MIB * 2;
  expect(pieceCount(size)).toBe(Math.ceil(size / whole));
  expect(read).toBe(whole);
  const zeros = hash(Buffer.alloc(whole));
  const something = Buffer.alloc(whole);
  written.copy(something, 100);
  const middle = 2 ** 36 / whole;
  for (const piece of [0, middle - 1, middle + 1, pieceCount(size) - 2]) {
    expect(Buffer.compare(pieceHash(hashes, piece), zeros)).toBe(0);
  }
  expect(Buffer.compare(pieceHash(hashes, middle), hash(something))).toBe(0);
  expect(Buffer.compare(pieceHash(hashes, pieceCount(size) - 1), hash(Buffer.alloc(12_345)))).toBe(0);
});

test("what was just written into a hole is read", async () => {
  const path = `${temporaryFolder()}/image`;
  const image = fs.openSync(path, "w");
  fs.ftruncateSync(image, 8 * MIB);
  const hashing = inlineHashing(systemBlockingDisk, silentLog);
  for (let piece = 7; piece >= 0; piece--) {
    fs.writeSync(image, "x", piece * MIB + 5_000 * piece);
    const { hashes } = await hashing.hash(path, 8 * MIB);
    const bytes = fs.readFileSync(path);
    for (let index = 0; index < 8; index++) {
      const right = hash(bytes.subarray(index * MIB, (index + 1) * MIB));
      expect(Buffer.compare(pieceHash(hashes, index), right)).toBe(0);
    }
  }
  fs.closeSync(image);
});

test("a large file is hashed in slices, and tells how far it is", async () => {
  const size = 200 * MIB + 5;
  const path = file("");
  fs.truncateSync(path, size);
  const fd = fs.openSync(path, "r+");
  fs.writeSync(fd, "end", size - 3);
  fs.closeSync(fd);
  const hashing = inlineHashing(systemBlockingDisk, silentLog);
  const progress: number[] = [];
  hashing.onProgress((_path, done) => progress.push(done));
  const { id, hashes } = await hashing.hash(path, size);
  expect(hashesMatch({ id, size }, hashes)).toBe(true);
  expect(pieceHash(hashes, 150)).toEqual(hash(new Uint8Array(MIB)));
  expect(Buffer.from(pieceHash(hashes, 200))).toEqual(Buffer.from(hash(Buffer.from("\0\0end"))));
  expect(progress).toEqual([64 * MIB, 128 * MIB, 192 * MIB, size]);
});

test("a small file does not wait for a large one, and small files share a message", async () => {
  const { hashing, threads } = client();
  const large = file("");
  fs.truncateSync(large, 1024 * MIB);
  const ended: string[] = [];
  const stopped = hashing.hash(large, 1024 * MIB).catch((error: unknown) => error);
  void stopped.then(() => ended.push("large"));
  const small = file("small");
  const all = Promise.all(Array.from({ length: 100 }, () => hashing.hash(small, 5).then(() => ended.push("small"))));
  await Promise.resolve();
  const [thread] = threads;
  let messages = 0;
  while (ended.length < 100) {
    thread?.answer();
    messages += 1;
    await Bun.sleep(0);
  }
  await all;
  expect(ended).not.toContain("large");
  expect(messages).toBeLessThan(8);
  hashing.stop();
  expect(await stopped).toBeInstanceOf(Error);
});

test("a missing file and one of another size are told apart", async () => {
  const hashing = inlineHashing(systemBlockingDisk, silentLog);
  const missing = await hashing.hash("/nowhere/file", 5).catch((error: unknown) => error);
  expect(missing).toBeInstanceOf(DiskError);
  expect(missing).toMatchObject({ failure: "missing" });
  expect(await hashing.hash(file("four"), 5).catch((error: unknown) => error)).toBeInstanceOf(FileChanged);
  expect(await hashing.hash(file("seven77"), 5).catch((error: unknown) => error)).toBeInstanceOf(FileChanged);
  expect((await hashing.hash(file("fives"), 5)).id).toHaveLength(64);
});

test("the state of a file is what it is after its last byte was read", async () => {
  const path = file("four");
  const read: typeof systemBlockingDisk.read = (fd, buffer, position) => {
    const count = systemBlockingDisk.read(fd, buffer, position);
    fs.utimesSync(path, 1_000, 1_000);
    return count;
  };
  const { stat } = await inlineHashing({ ...systemBlockingDisk, read }, silentLog).hash(path, 4);
  expect(stat).toMatchObject({ size: 4, mtimeNs: 1_000_000_000_000n });
});

test("a file that shrinks between two slices is changed", async () => {
  const { hashing, threads } = client();
  const path = file("");
  fs.truncateSync(path, 100 * MIB);
  const result = hashing.hash(path, 100 * MIB).catch((error: unknown) => error);
  await Promise.resolve();
  threads[0]?.answer();
  fs.truncateSync(path, 99 * MIB);
  threads[0]?.answer();
  expect(await result).toBeInstanceOf(FileChanged);
});

test("when the thread dies all who wait are told, and the next file gets a new thread", async () => {
  const lines: string[] = [];
  const { hashing, threads } = client({ ...silentLog, error: (_event, message) => void lines.push(String(message)) });
  const path = file("x");
  const waiting = [hashing.hash(path, 1), hashing.hash(path, 1)].map((work) => work.catch((error: Error) => error));
  await Promise.resolve();
  threads[0]?.die(new Error("out of memory"));
  for (const result of await Promise.all(waiting)) expect(result).toBeInstanceOf(Error);
  expect(threads[0]?.stopped).toBe(true);
  expect(lines).toHaveLength(1);
  const again = hashing.hash(path, 1);
  await Promise.resolve();
  expect(threads).toHaveLength(2);
  threads[0]?.die(new Error("late"));
  threads[1]?.answer();
  expect((await again).hashes).toHaveLength(32);
  hashing.stop();
  expect(threads[1]?.stopped).toBe(true);
  expect(await hashing.hash(path, 1).catch((error: unknown) => error)).toBeInstanceOf(Error);
});

test("a thread that dies again and again ends the process instead of being started for ever", async () => {
  const threads: FakeThread[] = [];
  const clock = new FakeClock();
  const start = () => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread;
  };
  const hashing = new HasherClient({ start, log: silentLog, clock });
  const ask = async () => {
    const waiting = hashing.hash("/file", 1).catch(() => {});
    await Promise.resolve();
    return waiting;
  };
  for (let deaths = 0; deaths < 5; deaths++) {
    void ask();
    await Promise.resolve();
    threads.at(-1)?.die(new Error("bad"));
  }
  void ask();
  await Promise.resolve();
  expect(threads).toHaveLength(6);
  expect(() => threads.at(-1)?.die(new Error("bad"))).toThrow("the hasher thread fails again and again: bad");
  clock.advance(60_000);
  threads.at(-1)?.die(new Error("bad"));
  void ask();
  await Promise.resolve();
  expect(threads).toHaveLength(7);
});
