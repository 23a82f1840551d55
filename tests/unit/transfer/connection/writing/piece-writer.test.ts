import { describe, expect, test } from "bun:test";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { MIB } from "../../../../../src/platform/units.ts";
import type { PieceWriter } from "../../../../../src/transfer/connection/writing/piece-writer.ts";
import { DIRECT, EXTENT, FILE, JOURNAL, PIECE, PieceWriterFixture, requestFor } from "./piece-writer-fixture.ts";

test("pieces go directly to a quick disk, once there is room for the file", () => {
  const fixture = new PieceWriterFixture(() => 19);
  expect(fixture.runs(5000)).toEqual([5000]);
  expect(fixture.allocated).toEqual([[0, EXTENT.length]]);
  expect(fixture.queue.begun[0]).toEqual({ fd: DIRECT, length: PIECE.length, position: 0 });
  expect(fixture.calls).toEqual(Array(5000).fill(null));
  expect(fixture.buffered).toEqual([]);
});

test("room is taken once for each stretch between two holes", () => {
  const fixture = new PieceWriterFixture(() => 2);
  const extent = { position: 64 * MIB, length: 4 * MIB };
  for (const position of [64 * MIB, 66 * MIB]) expect(fixture.write(PIECE, { position, extent })).toBe(true);
  fixture.write();
  expect(fixture.allocated).toEqual([
    [64 * MIB, 4 * MIB],
    [0, EXTENT.length],
  ]);
});

test("a hiccup of a quick disk does not matter", () => {
  expect(new PieceWriterFixture((write) => (write % 50 === 0 ? 140 : 2)).runs(1000)).toEqual([1000]);
});

test("a slow disk is tried again after detours, which become longer", () => {
  const slow = new PieceWriterFixture(() => 2000).runs(10_000);
  expect(slow.slice(0, 14)).toEqual([1, 32, 1, 64, 1, 128, 1, 256, 1, 512, 1, 1024, 1, 1024]);
  expect(new PieceWriterFixture(() => 30).runs(400)).toEqual([9, 32, 9, 64, 9, 128, 9, 140]);
});

test("a disk that was quick for long begins with a short detour again", () => {
  const fixture = new PieceWriterFixture((write) => (write < 2 || write === 202 ? 2000 : 2));
  expect(fixture.runs(400)).toEqual([1, 32, 1, 64, 201, 32, 69]);
});

test("nothing goes directly once that has failed, whenever it did", () => {
  const later = new PieceWriterFixture((write) => (write < 3 ? 2 : null));
  expect(later.runs(2000)).toEqual([4, 1996]);
  expect(later.calls).toEqual(Array(2000).fill(null));
  expect(later.released).toHaveLength(2000);
  expect(new Set(later.buffered.map(([fd]) => fd))).toEqual(new Set([FILE]));
  const never = new PieceWriterFixture(null);
  expect(never.runs(3)).toEqual([0, 3]);
  expect(never.allocated).toEqual([[0, EXTENT.length]]);
  expect(never.calls).toEqual([null, null, null]);
});

test("only what has whole units goes directly, and only where there is a way", () => {
  const fixture = new PieceWriterFixture(() => 2);
  expect(fixture.write(PIECE.subarray(0, 4095))).toBe(false);
  expect(fixture.write(PIECE.subarray(0, MIB + 1))).toBe(false);
  expect(fixture.allocated).toEqual([]);
  expect(fixture.write(PIECE.subarray(0, 8192))).toBe(true);
  expect(new PieceWriterFixture(() => 2, null).write()).toBe(false);
});

describe("of several connections", () => {
  test("no callback of one runs while another writes, waits or drains", () => {
    const fixture = new PieceWriterFixture(() => 0);
    const other = fixture.another();
    const told: string[] = [];
    const begin = (name: string, writer: PieceWriter) => writer.write(requestFor(PIECE), PIECE, () => told.push(name));
    for (const name of ["a", "b"]) begin(name, other);
    // There is room for two: it waits for the first.
    begin("own", fixture.writer);
    expect(fixture.queue.waited).toBe(1);
    expect(told).toEqual([]);
    fixture.writer.whenWritten(() => {});
    expect(told).toEqual(["own"]);
    fixture.clock.advance(1);
    expect(told).toEqual(["own", "a", "b"]);
  });

  test("two that write the same piece write it the same way", () => {
    // The first write is so slow that its connection takes the page cache's way from then on.
    const fixture = new PieceWriterFixture((write) => (write === 0 ? 10_000 : 0));
    const other = fixture.another();
    fixture.write(PIECE, { piece: 0 });
    fixture.begin(PIECE, { piece: 1 });
    const direct = () => fixture.queue.begun.length;
    expect(direct()).toBe(1);
    fixture.begin(PIECE, { piece: 1 }, other);
    expect(direct()).toBe(1);
    fixture.begin(PIECE, { piece: 2 }, other);
    expect(direct()).toBe(2);
    fixture.begin(PIECE, { piece: 2 });
    expect(direct()).toBe(3);
    other.whenWritten(() => {});
    fixture.writer.whenWritten(() => {});
    expect(fixture.calls).toEqual(Array(5).fill(null));
  });

  test("one whose disk failed begins nothing more, and the other goes on", () => {
    const fixture = new PieceWriterFixture(() => null);
    const other = fixture.another();
    fixture.begin();
    fixture.disk.write = () => {
      throw new DiskError("full", "part", "the disk is full");
    };
    fixture.queue.end();
    fixture.begin();
    expect(fixture.calls).toEqual(["the disk is full", "the disk is full"]);
    expect(fixture.released).toHaveLength(2);
    expect(fixture.queue.begun).toHaveLength(1);
    fixture.disk.write = () => {};
    fixture.begin(PIECE, {}, other);
    other.whenWritten(() => {});
    expect(fixture.calls.at(-1)).toBeNull();
  });
});

test("a piece is marked once it is written, whichever way, and reported after that", () => {
  const fixture = new PieceWriterFixture((write) => (write === 0 ? 1 : null), DIRECT, JOURNAL);
  fixture.begin();
  expect(fixture.buffered).toEqual([]);
  fixture.writer.whenWritten(() => {});
  expect(fixture.buffered).toEqual([[JOURNAL, 100]]);
  fixture.begin(PIECE, { position: 2 * MIB, markPosition: 104 });
  fixture.writer.whenWritten(() => {});
  expect(fixture.buffered[1]).toEqual([FILE, 2 * MIB]);
  expect(fixture.buffered.at(-1)).toEqual([JOURNAL, 104]);
  expect(fixture.calls).toEqual([null, null]);
});

test("a piece whose mark cannot be written does not count", () => {
  const fixture = new PieceWriterFixture(() => 1, DIRECT, JOURNAL);
  fixture.disk.write = () => {
    throw new DiskError("full", "journal", "the disk is full");
  };
  fixture.write();
  expect(fixture.calls).toEqual(["the disk is full"]);
});
