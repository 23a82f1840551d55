import { expect, test } from "bun:test";
import type { ReadReply } from "../../../../src/http/client/backend.ts";
import { type StreamPart, StreamReads, streamPart } from "../../../../src/http/client/stream-reads.ts";
import type { BlockReader } from "../../../../src/http/files/file-reads.ts";

const KIB = 1024;
const CONTENT = Buffer.alloc(8192 * KIB, "content");

/** Each reply is of one extent that ends there, so many KiB into the file; it is 100 KiB further on in the file that is open. */
function reading(...ends: number[]) {
  const asked: [number, number][] = [];
  const backend = {
    async read(_reader: number, at: number, from: number): Promise<ReadReply> {
      asked.push([at / KIB, from / KIB]);
      const end = ends.shift();
      if (end === undefined) return { kind: "ended", reason: "over" };
      return {
        kind: "readable",
        extents: [{ start: from, end: end * KIB, place: { fd: 0, position: from + 100 * KIB } }],
      };
    },
  };
  const positions: number[] = [];
  const reads = {
    async read(_file: object, position: number, length: number, reader: BlockReader) {
      positions.push(position / KIB);
      reader.filled(CONTENT.subarray(0, length));
    },
  };
  const part = streamPart(1, 8192 * KIB);
  return { asked, part, positions, reads: new StreamReads(backend, reads) };
}

/** What is read for somebody who waits for it. */
async function read(reads: StreamReads, part: StreamPart, position: number, length: number): Promise<Uint8Array> {
  let taken = new Uint8Array(0);
  const take = (bytes: Uint8Array) => {
    taken = new Uint8Array(bytes);
  };
  await reads.read(part, position, length, { wanted: true, memory: (size) => new Uint8Array(size), filled: take });
  return taken;
}

test("waits only for what is not known to be there, gives no more than is, and asks before it has all of that", async () => {
  const { asked, part, positions, reads } = reading(4100, 8192);
  const lengths = [];
  for (const position of [1000, 2000, 3000, 4000]) {
    lengths.push((await read(reads, part, position * KIB, 1000 * KIB)).length / KIB);
  }
  expect(lengths).toEqual([1000, 1000, 1000, 100]);
  expect(asked).toEqual([
    [1000, 1000],
    [3000, 4100],
  ]);
  expect((await read(reads, part, 4100 * KIB, 1000 * KIB)).length).toBe(1000 * KIB);
  expect(asked).toHaveLength(2);
  expect(positions).toEqual([1100, 2100, 3100, 4100, 4200]);
});

test("what is all zeros is not read", async () => {
  const extents = [{ start: 0, end: 500, place: null }];
  const reads = new StreamReads(
    { read: async () => ({ kind: "readable", extents }) },
    { read: () => Promise.reject() },
  );
  expect(await read(reads, streamPart(1, 500), 0, 1000)).toEqual(new Uint8Array(500));
});

test("fails when nothing comes any more", async () => {
  const { part, reads } = reading();
  await expect(read(reads, part, 1000 * KIB, 2)).rejects.toThrow("over");
  expect(part.asked).toBeNull();
});

test("who is gone before the answer can be told from who waits for nothing", async () => {
  const { part, reads } = reading(4100, 8192);
  const waiting = reads.wait(part, 1000 * KIB);
  expect(part.asked?.at).toBe(1000 * KIB);
  expect(await waiting).toBeNull();
  expect(part.asked).toBeNull();
});
