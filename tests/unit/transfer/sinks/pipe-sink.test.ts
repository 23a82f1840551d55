import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { pieceLength } from "../../../../src/protocol/versions/version.ts";
import { type ByteOutput, PipeSink } from "../../../../src/transfer/sinks/pipe-sink.ts";
import { SinkError } from "../../../../src/transfer/sinks/sink.ts";
import { content } from "../content.ts";

const FILE = content(70 * MIB + 5);
const PIECES = 71;

/** A pipe, and who reads from it. */
async function pipe(output: ByteOutput, zeros = new Bitmap(PIECES)) {
  const sink = await PipeSink.prepare(systemDisk, systemRandom, FILE.version, output);
  const consumed: number[] = [];
  const broken = Promise.withResolvers<Error>();
  sink.setListener({ consumed: (count) => void consumed.push(count), pieceChecked() {}, failed: broken.resolve });
  const { have } = await sink.begin(FILE.hashes, zeros);
  const write = (piece: number) => {
    const length = pieceLength(FILE.version.size, piece);
    fs.writeSync(sink.file, FILE.bytes, piece * MIB, length, sink.position(piece));
    sink.pieceWritten(piece);
  };
  return { sink, consumed, broken: broken.promise, have, write };
}

describe("a pipe", () => {
  test("gives the bytes in order, in whatever order the pieces come", async () => {
    const parts: Buffer[] = [];
    const { sink, have, write, consumed } = await pipe(async (bytes) => {
      parts.push(Buffer.from(bytes));
    });
    expect(have.size).toBe(0);
    expect(sink.windowPieces).toBe(64);
    for (let start = 0; start < PIECES; start += 60) {
      const end = Math.min(PIECES, start + 60);
      for (let piece = end - 1; piece >= start; piece--) write(piece);
      // The window is larger than this, so the ring is not used again before it is read.
      while (consumed.at(-1) !== end) await Bun.sleep(0);
    }
    await sink.finish();
    expect(Buffer.concat(parts).equals(FILE.bytes)).toBe(true);
    expect(parts.every(({ length }) => length > 0)).toBe(true);
    expect(consumed).toEqual(Array.from({ length: PIECES }, (_, index) => index + 1));
  });

  test("gives pieces of zeros in their order, which nobody writes", async () => {
    const zeros = new Bitmap(PIECES);
    const filled = [3, 4, 69];
    for (let piece = 0; piece < PIECES; piece++) if (!filled.includes(piece)) zeros.add(piece);
    const parts: Buffer[] = [];
    const { sink, have, write, consumed } = await pipe(async (bytes) => {
      parts.push(Buffer.from(bytes));
    }, zeros);
    expect(have.size).toBe(PIECES - 3);
    while (consumed.at(-1) !== 3) await Bun.sleep(0);
    for (const piece of filled.reverse()) write(piece);
    await sink.finish();
    const expected = Buffer.alloc(FILE.bytes.length);
    for (const piece of filled) FILE.bytes.copy(expected, piece * MIB, piece * MIB, (piece + 1) * MIB);
    expect(Buffer.concat(parts).equals(expected)).toBe(true);
    expect(consumed.at(-1)).toBe(PIECES);
  });

  test("gives nothing before the first piece, and frees nothing while the reader does not read", async () => {
    let taken = 0;
    const barrier = Promise.withResolvers<void>();
    const { sink, write, consumed } = await pipe(async (bytes) => {
      taken += bytes.length;
      await barrier.promise;
    });
    for (const piece of [1, 2, 3]) write(piece);
    await Bun.sleep(0);
    expect(taken).toBe(0);
    write(0);
    while (taken === 0) await Bun.sleep(0);
    expect(consumed).toEqual([]);
    expect(taken).toBeLessThanOrEqual(MIB);
    barrier.resolve();
    while (consumed.at(-1) !== 4) await Bun.sleep(0);
    await sink.abandon();
  });

  test("says when the reader is gone", async () => {
    const { sink, write, broken } = await pipe(async () => {
      throw new Error("EPIPE");
    });
    write(0);
    expect(await broken).toBeInstanceOf(SinkError);
    await sink.abandon();
  });

  test("does not end well when the reader goes at the very end", async () => {
    const { sink, write } = await pipe(async () => {
      throw new Error("EPIPE");
    });
    write(0);
    const error = await sink.finish().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SinkError);
  });

  test("can be left while the reader holds the last block for ever", async () => {
    const { sink, write } = await pipe(() => new Promise(() => {}));
    write(0);
    await Bun.sleep(0);
    await sink.abandon();
  });
});
