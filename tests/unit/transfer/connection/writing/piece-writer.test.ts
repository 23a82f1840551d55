import { describe, expect, test } from "bun:test";
import { type BlockingDisk, DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../../src/platform/disk/system-blocking-disk.ts";
import { MIB } from "../../../../../src/platform/units.ts";
import { BufferPool } from "../../../../../src/transfer/connection/buffer-pool.ts";
import type { PieceRequest } from "../../../../../src/transfer/connection/messages.ts";
import type { ThreadResources } from "../../../../../src/transfer/connection/thread-resources.ts";
import { AsyncWrites } from "../../../../../src/transfer/connection/writing/async-writes.ts";
import { PieceWriter } from "../../../../../src/transfer/connection/writing/piece-writer.ts";
import { createWayTable } from "../../../../../src/transfer/sinks/way-agreement.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { FakeWriteQueue } from "../../../../support/fake-write-queue.ts";

const FILE = 3;
const DIRECT = 4;
const JOURNAL = 5;
const PIECE = new Uint8Array(2 * MIB).fill(1);
const EXTENT = { position: 0, length: 10 * PIECE.length };

/** A request for a piece of these bytes. */
function requestFor(bytes: Uint8Array, place: Partial<PieceRequest> = {}): PieceRequest {
  const base = { piece: 0, position: 0, extent: EXTENT, hole: false, markPosition: 100, inMemory: true };
  return { ...base, length: bytes.length, hash: new Uint8Array(32).fill(9), ...place };
}

/** A disk on which the n-th direct write takes so many milliseconds, or fails where `delay` gives null. */
class PieceWriterFixture {
  readonly clock = new FakeClock();
  readonly queue: FakeWriteQueue;
  /** Positions and lengths for which room was taken. */
  readonly allocated: [number, number][] = [];
  /** Writes through the page cache: descriptor and position. */
  readonly buffered: [number, number][] = [];
  /** Of each piece: the message of its failure, or null. */
  readonly calls: (string | null)[] = [];
  readonly disk: BlockingDisk;
  /** Buffers that were released. */
  readonly released: Uint8Array[] = [];
  readonly shared: ThreadResources;
  readonly ways = createWayTable(10_000);
  readonly writer: PieceWriter;

  constructor(
    delay: ((write: number) => number | null) | null,
    direct: number | null = DIRECT,
    readonly journal: number | null = null,
  ) {
    let count = 0;
    const write = (duration: (write: number) => number | null) => () => {
      const wait = duration(count);
      count += 1;
      this.clock.advance(wait ?? 0);
      return wait !== null;
    };
    this.queue = new FakeWriteQueue(delay === null ? null : write(delay));
    this.disk = {
      ...systemBlockingDisk,
      allocate: (_fd, position, length) => void this.allocated.push([position, length]),
      write: (fd, _bytes, position) => void this.buffered.push([fd, position]),
      startWriteback() {},
      writeQueue: () => this.queue,
    };
    const buffers = new BufferPool();
    buffers.release = (buffer) => void this.released.push(buffer);
    this.shared = { buffers, asyncWrites: new AsyncWrites(this.disk, this.clock, buffers) };
    this.writer = this.another(direct);
  }

  /** The writer of another connection of the same thread. */
  another(direct: number | null = DIRECT): PieceWriter {
    const file = direct === null ? null : { fd: direct, ways: this.ways };
    return new PieceWriter(this.disk, this.clock, this.shared, { file: FILE, direct: file, journal: this.journal });
  }

  /** Whether a piece goes directly; each is over before the next. */
  write(bytes = PIECE, place: Partial<PieceRequest> = {}): boolean {
    const begun = this.queue.begun.length;
    this.begin(bytes, place);
    this.writer.drain();
    return this.queue.begun.length > begun;
  }

  begin(bytes = PIECE, place: Partial<PieceRequest> = {}, writer = this.writer): void {
    writer.write(requestFor(bytes, place), bytes, (failure) => this.calls.push(failure?.message ?? null));
  }

  /** How many pieces in a row go directly, then how many do not, and so on. */
  runs(pieces: number): number[] {
    const runs = [0];
    let last = true;
    for (let piece = 0; piece < pieces; piece++) {
      const direct = this.write(PIECE, { piece });
      if (direct !== last) runs.push(0);
      last = direct;
      runs.push((runs.pop() ?? 0) + 1);
    }
    return runs;
  }
}

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
    fixture.writer.drain();
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
    other.drain();
    fixture.writer.drain();
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
    other.drain();
    expect(fixture.calls.at(-1)).toBeNull();
  });
});

test("a piece is marked once it is written, whichever way, and reported after that", () => {
  const fixture = new PieceWriterFixture((write) => (write === 0 ? 1 : null), DIRECT, JOURNAL);
  fixture.begin();
  expect(fixture.buffered).toEqual([]);
  fixture.writer.drain();
  expect(fixture.buffered).toEqual([[JOURNAL, 100]]);
  fixture.begin(PIECE, { position: 2 * MIB, markPosition: 104 });
  fixture.writer.drain();
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
