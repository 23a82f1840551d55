import { describe, expect, test } from "bun:test";
import { GIB, MIB } from "../../../../../src/platform/units.ts";
import { Bitmap } from "../../../../../src/protocol/versions/bitmap.ts";
import { MAX_PIECES, pieceCount } from "../../../../../src/protocol/versions/version.ts";
import {
  isWorthReading,
  MIN_UNREAD_BYTES,
  reusablePieces,
  sampleOf,
} from "../../../../../src/transfer/sinks/reuse/older-file.ts";
import { content, contentOf } from "../../content.ts";
import { list } from "../part-file-fixture.ts";

const NEW = content(4 * MIB + 77);

describe("the pieces that an older file may have", () => {
  test("of which nothing is known, are those that lie within it", () => {
    const within = (size: number) => list(reusablePieces({ size, hashes: null }, NEW.version, NEW.hashes));
    expect(within(4 * MIB + 78)).toEqual([0, 1, 2, 3, 4]);
    expect(within(4 * MIB + 77)).toEqual([0, 1, 2, 3, 4]);
    expect(within(4 * MIB + 76)).toEqual([0, 1, 2, 3]);
    expect(within(2 * MIB)).toEqual([0, 1]);
    expect(within(2 * MIB - 1)).toEqual([0]);
    expect(within(0)).toEqual([]);
  });

  test("that was read, are those with the same hash at the same place", () => {
    const bytes = Buffer.from(NEW.bytes);
    bytes[MIB] = (bytes[MIB] ?? 0) ^ 1;
    const changed = { size: bytes.length, hashes: contentOf(bytes).hashes };
    expect(list(reusablePieces(changed, NEW.version, NEW.hashes))).toEqual([0, 2, 3, 4]);
    const shorter = contentOf(NEW.bytes.subarray(0, 2 * MIB + 5));
    expect(list(reusablePieces({ ...shorter.version, hashes: shorter.hashes }, NEW.version, NEW.hashes))).toEqual([
      0, 1,
    ]);
    // Moved by one place.
    const moved = contentOf(Buffer.concat([NEW.bytes.subarray(MIB), NEW.bytes.subarray(0, MIB)]));
    expect(list(reusablePieces({ ...moved.version, hashes: moved.hashes }, NEW.version, NEW.hashes))).toEqual([]);
  });

  test("are not known by hashes of pieces of another length", () => {
    const size = MAX_PIECES * MIB + 1;
    expect(pieceCount(size)).toBe(MAX_PIECES / 2 + 1);
    const hashes = new Uint8Array(pieceCount(size) * 32).fill(1);
    const older = { size: 4 * MIB, hashes: new Uint8Array(4 * 32).fill(1) };
    expect(list(reusablePieces(older, { id: "", size }, hashes))).toEqual([0, 1]);
  });
});

test("a version of one piece is fetched as fast as an older file is read, and one of less than a piece has none of it", () => {
  const isWorth = (older: number, size: number, hashes: Uint8Array | null = new Uint8Array(0)) =>
    isWorthReading({ size: older, hashes }, { size });
  expect([isWorth(GIB, MIB + 1), isWorth(GIB, MIB)]).toEqual([true, false]);
  expect([isWorth(MIB, GIB), isWorth(MIB - 1, GIB)]).toEqual([true, false]);
  // One that was not read needs a hasher first.
  expect([isWorth(GIB, MIN_UNREAD_BYTES, null), isWorth(GIB, MIN_UNREAD_BYTES - 1, null)]).toEqual([true, false]);
});

test("a sample is spread over all pieces, and there is none of few", () => {
  const pieces = new Bitmap(1000);
  for (let piece = 0; piece < 63; piece++) pieces.add(piece * 2);
  expect(sampleOf(pieces).size).toBe(0);
  pieces.add(126);
  const few = list(sampleOf(pieces));
  expect([few.length, few[0], few.at(-1)]).toEqual([16, 4, 124]);
  expect(few.every((piece) => pieces.has(piece))).toBe(true);
  expect(list(sampleOf(Bitmap.full(16)))).toEqual([]);
  expect(list(sampleOf(Bitmap.full(1600)))).toEqual(Array.from({ length: 16 }, (_, index) => index * 100 + 50));
});
