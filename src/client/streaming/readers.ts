import { MIB } from "../../platform/units.ts";
import { pieceCount, pieceSize } from "../../protocol/versions/version.ts";
import type { PieceWindow } from "../../transfer/scheduling/demand.ts";
import { Coverage } from "./coverage.ts";
import type { ReadAhead } from "./read-ahead.ts";

/** Bytes that are fetched ahead of a reader at first: it may only look at the beginning, or seek again at once. */
const FIRST_AHEAD_BYTES = 4 * MIB;
/** Bytes more for each byte that it has read on: who reads on will read on. */
const GROWTH = 2;
/** Fewest pieces of a window: the one that is read, and the one that comes while it is. */
const MIN_WINDOW_PIECES = 2;

interface ReaderPlace {
  /** The byte that it reads next, and where what it wants ends. */
  at: number;
  readonly end: number;
  /** Bytes that it has read on from where it began. */
  read: number;
  /** It was told that it can read up to here: nothing before may be given up. */
  readableTo: number;
  /** The piece before which what it has wanted ends: that may be on its way, and is not stopped because others come. */
  wantedTo: number;
}

/** The readers of one version, each with a number: where they are, and how far ahead of them is fetched. Sans-I/O. */
export class Readers {
  private readonly places = new Map<number, ReaderPlace>();
  /** What they have had, all together. */
  readonly had = new Coverage();

  /** Of a file of `size` bytes. */
  constructor(
    private readonly size: number,
    private readonly readAhead: ReadAhead,
  ) {}

  get count(): number {
    return this.places.size;
  }

  /** A reader that has not said yet what it wants. */
  add(reader: number): void {
    this.readAhead.count(1);
    this.places.set(reader, { at: 0, end: 0, read: 0, readableTo: 0, wantedTo: 0 });
  }

  /** It wants the bytes from `start` up to, but not including, `end`. */
  begin(reader: number, start: number, end: number): void {
    if (this.places.has(reader)) this.places.set(reader, { at: start, end, read: 0, readableTo: start, wantedTo: 0 });
  }

  /** It has had all bytes up to `at`. */
  advance(reader: number, at: number): void {
    const place = this.places.get(reader);
    if (!place || at <= place.at) return;
    this.had.add(place.at, at);
    place.read += at - place.at;
    place.at = at;
  }

  /** It is told that it can read up to `until`. */
  extendReadable(reader: number, until: number): void {
    const place = this.places.get(reader);
    if (place) place.readableTo = Math.max(place.readableTo, until);
  }

  end(reader: number): void {
    if (this.places.delete(reader)) this.readAhead.count(-1);
  }

  /** The pieces that they want, each from the one that it reads. */
  windows(): PieceWindow[] {
    return [...this.places.values()].flatMap((place) => this.windowOf(place) ?? []);
  }

  private windowOf(place: ReaderPlace): PieceWindow | null {
    const { at, end, read, readableTo } = place;
    if (at >= end) return null;
    const bytes = pieceSize(this.size);
    const ahead = Math.min(this.readAhead.bytes, FIRST_AHEAD_BYTES + GROWTH * read);
    const start = Math.floor(at / bytes);
    const last = Math.min(pieceCount(this.size), Math.ceil(end / bytes));
    const wanted = Math.min(last - start, Math.max(MIN_WINDOW_PIECES, Math.floor(ahead / bytes)));
    place.wantedTo = Math.max(place.wantedTo, start + wanted, Math.ceil(readableTo / bytes));
    return { start, length: place.wantedTo - start };
  }
}
