import type { BlockingDisk } from "../../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../../src/platform/disk/system-blocking-disk.ts";
import { MIB } from "../../../../../src/platform/units.ts";
import { BufferPool } from "../../../../../src/transfer/connection/buffer-pool.ts";
import type { PieceRequest } from "../../../../../src/transfer/connection/messages.ts";
import type { ThreadResources } from "../../../../../src/transfer/connection/thread-resources.ts";
import { AsyncWrites } from "../../../../../src/transfer/connection/writing/async-writes.ts";
import { PieceWriter } from "../../../../../src/transfer/connection/writing/piece-writer.ts";
import { createWriteModes } from "../../../../../src/transfer/sinks/write-modes.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { FakeWriteQueue } from "../../../../support/fake-write-queue.ts";

export const FILE = 3;
export const DIRECT = 4;
export const JOURNAL = 5;
export const PIECE = new Uint8Array(2 * MIB).fill(1);
export const EXTENT = { position: 0, length: 10 * PIECE.length };

/** A request for a piece of these bytes. */
export function requestFor(bytes: Uint8Array, place: Partial<PieceRequest> = {}): PieceRequest {
  const base = { piece: 0, position: 0, extent: EXTENT, hole: false, markPosition: 100, inMemory: true };
  return { ...base, length: bytes.length, hash: new Uint8Array(32).fill(9), ...place };
}

/** A disk on which the n-th direct write takes so many milliseconds, or fails where `delay` gives null. */
export class PieceWriterFixture {
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
  readonly writeModes = createWriteModes(10_000);
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
    this.shared = { buffers, asyncWrites: new AsyncWrites(this.disk, this.clock, buffers), background: null };
    this.writer = this.another(direct);
  }

  /** The writer of another connection of the same thread. */
  another(direct: number | null = DIRECT): PieceWriter {
    const file = direct === null ? null : { fd: direct, writeModes: this.writeModes };
    return new PieceWriter(this.disk, this.clock, this.shared, { file: FILE, direct: file, journal: this.journal });
  }

  /** Whether a piece goes directly; each is over before the next. */
  write(bytes = PIECE, place: Partial<PieceRequest> = {}): boolean {
    const begun = this.queue.begun.length;
    this.begin(bytes, place);
    this.writer.whenWritten(() => {});
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
