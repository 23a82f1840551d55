import { MIB } from "../../../platform/units.ts";

/** Average milliseconds for each MiB from which on a disk is slow. */
const SLOW_MS_PER_MIB = 10;
/** Weight of each write in the average: a single slow write does not matter. */
const AVERAGE_WEIGHT = 1 / 8;
/** Pieces in a row that go through the page cache after the disk was slow: the first time, and at most. */
const FIRST_BUFFERED_PIECES = 32;
const MAX_BUFFERED_PIECES = 1024;

/**
 * Whether the next piece of a file is to go past the page cache: while the disk is quick it costs least, a slow disk is
 * better off with the page cache, which puts in order what waits for it. Sans-I/O; times in milliseconds.
 */
export class DirectWritePolicy {
  private msPerMib = 0;
  /** Pieces that still go through the page cache, and how many will the next time that the disk is slow. */
  private bufferedLeft = 0;
  private nextBuffered = FIRST_BUFFERED_PIECES;
  /** Direct writes since the last of those. */
  private directWrites = 0;

  /** Whether the next piece goes directly. To be called once for each piece that could. */
  next(): boolean {
    if (this.bufferedLeft === 0) return true;
    this.bufferedLeft -= 1;
    return false;
  }

  /** A direct write of so many bytes took so long. */
  written(bytes: number, milliseconds: number): void {
    this.directWrites += 1;
    this.msPerMib += (milliseconds * (MIB / bytes) - this.msPerMib) * AVERAGE_WEIGHT;
    if (this.msPerMib <= SLOW_MS_PER_MIB || this.bufferedLeft > 0) return;
    if (this.directWrites > this.nextBuffered) this.nextBuffered = FIRST_BUFFERED_PIECES;
    this.bufferedLeft = this.nextBuffered;
    this.nextBuffered = Math.min(2 * this.nextBuffered, MAX_BUFFERED_PIECES);
    this.directWrites = 0;
    this.msPerMib = 0;
  }

  /** Direct writes do not work here: no piece goes directly any more. */
  disable(): void {
    this.bufferedLeft = Number.POSITIVE_INFINITY;
  }
}
