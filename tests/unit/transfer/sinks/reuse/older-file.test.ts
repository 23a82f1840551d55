import { describe, expect, test } from "bun:test";
import { GIB, MIB } from "../../../../../src/platform/units.ts";
import { Bitmap } from "../../../../../src/protocol/versions/bitmap.ts";
import { MAX_PIECES, pieceCount } from "../../../../../src/protocol/versions/version.ts";
import {
  comparableHashes,
  isWorthReading,
  MIN_UNREAD_BYTES,
  reusablePieces,
  sampleOf,
} from "../../../../../src/transfer/sinks/reuse/older-file.ts";
import { type Content, content, contentOf } from "../../content.ts";
import { list } from "../part-file-fixture.ts";

const NEW = content(4 * MIB + 77);

describe("the pieces that an older file may have", () => {
  const ofRead = ({ version, hashes }: Content) =>
    list(reusablePieces({ size: version.size, read: { cutAs: version.size, hashes } }, NEW.version, NEW.hashes));

  test("of which nothing is known, are those that lie within it", () => {
    const within = (size: number) => list(reusablePieces({ size, read: null }, NEW.version, NEW.hashes));
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
    expect(ofRead(contentOf(bytes))).toEqual([0, 2, 3, 4]);
    expect(ofRead(contentOf(NEW.bytes.subarray(0, 2 * MIB + 5)))).toEqual([0, 1]);
    // Moved by one place.
    expect(ofRead(contentOf(Buffer.concat([NEW.bytes.subarray(MIB), NEW.bytes.subarray(0, MIB)])))).toEqual([]);
  });

  test("may be the last one in the place of a longer one, whose hash does not tell", () => {
    const longer = Buffer.concat([NEW.bytes, Buffer.from("and more")]);
    expect(ofRead(contentOf(longer))).toEqual([0, 1, 2, 3, 4]);
    expect(ofRead(content(6 * MIB, 2))).toEqual([4]);
  });

  test("are known of a longer one too that was cut as the version is", () => {
    const other = content(NEW.bytes.length, 2);
    const read = { cutAs: NEW.bytes.length, hashes: other.hashes };
    expect(list(reusablePieces({ size: 6 * MIB, read }, NEW.version, NEW.hashes))).toEqual([]);
    const huge = { size: 2 * MAX_PIECES * MIB, read: { ...read, hashes: NEW.hashes } };
    expect(list(reusablePieces(huge, NEW.version, NEW.hashes))).toEqual([0, 1, 2, 3, 4]);
  });

  test("are not known by hashes of pieces of another length", () => {
    const size = MAX_PIECES * MIB + 1;
    expect(pieceCount(size)).toBe(MAX_PIECES / 2 + 1);
    const hashes = new Uint8Array(pieceCount(size) * 32).fill(1);
    const older = { size: 4 * MIB, read: { cutAs: 4 * MIB, hashes: new Uint8Array(4 * 32).fill(1) } };
    expect(list(reusablePieces(older, { id: "", size }, hashes))).toEqual([0, 1]);
    expect([comparableHashes(older, { size }), comparableHashes(older, { size: MIB })]).toEqual([
      null,
      older.read.hashes,
    ]);
  });
});

test("a version of one piece is fetched as fast as an older file is read, and one of less than a piece has none of it", () => {
  const isWorth = (older: number, size: number, cutAs: number | null = size) =>
    isWorthReading({ size: older, read: cutAs === null ? null : { cutAs, hashes: new Uint8Array(0) } }, { size });
  expect([isWorth(GIB, MIB + 1), isWorth(GIB, MIB)]).toEqual([true, false]);
  expect([isWorth(MIB, GIB), isWorth(MIB - 1, GIB)]).toEqual([true, false]);
  // One that was not read needs a hasher first, and so does one whose hashes say nothing.
  for (const cutAs of [null, 2 * MAX_PIECES * MIB])
    expect([isWorth(GIB, MIN_UNREAD_BYTES, cutAs), isWorth(GIB, MIN_UNREAD_BYTES - 1, cutAs)]).toEqual([true, false]);
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
