import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import { equalRanges } from "../../protocol/versions/piece-range.ts";
import { STALLED_PIECE_TIMEOUT_MS } from "../request-deadlines.ts";
import { type Demand, OneReader, type WantedPieces } from "./demand.ts";
import { invariant } from "./invariant.ts";
import type { Partition } from "./partition.ts";
import { PieceAvailability } from "./piece-availability.ts";
import { PieceChooser } from "./piece-chooser.ts";
import { EXCLUSIVE, HELD, type InitialState, MISSING, PieceStates, REQUESTED, UNVERIFIED } from "./piece-states.ts";
import { PiecesInFlight } from "./pieces-in-flight.ts";
import { RangeAssignment } from "./range-assignment.ts";
import { SourceState } from "./source-state.ts";

export type Order =
  /**
   * `inMemory`: the piece is kept in memory until it is verified, so that other sources may be asked for it as well.
   */
  | { readonly kind: "fetch"; readonly source: number; readonly piece: number; readonly inMemory: boolean }
  | { readonly kind: "cancel"; readonly source: number; readonly piece: number };

export interface SchedulerOptions {
  readonly pieces: number;
  /** Bytes in a piece. */
  readonly length: (piece: number) => number;
  /** Pieces come in order, at most so many ahead of what was consumed. Null: in any order. */
  readonly windowPieces: number | null;
  /** Only what readers want is fetched. Absent: all. */
  readonly demand?: Demand | undefined;
  /** Bytes of memory for pieces that are not verified yet, when each source has one. */
  readonly memoryBytes: number;
  /** Whether a limit of our own holds the sources back now. Absent: there is none. */
  readonly isLimited?: (() => boolean) | undefined;
}

/** Memory is divided for at least so many sources: more may come while a piece is on its way. */
const MIN_EXPECTED_SOURCES = 4;

/**
 * Which piece comes from which source. Sans-I/O: events and `now` (milliseconds) in, orders out.
 *
 * Each source works through a range of its own ({@link RangeAssignment}), or, when others have some of the file, takes
 * what is rare ({@link PieceAvailability}). It is not asked for a piece that the other sources will have sooner
 * although they fetch all the rest ({@link PieceChooser}). When only pieces in flight are left, an idle source is asked
 * for one that it will have clearly sooner, and the later request is cancelled.
 */
export class Scheduler {
  private readonly sources = new Map<number, SourceState>();
  private readonly pieces: PieceStates;
  private readonly inFlight = new PiecesInFlight();
  private readonly availability: PieceAvailability;
  private readonly ranges: RangeAssignment;
  private readonly chooser: PieceChooser;
  /** With a window: so many pieces from the first on have been read. */
  private consumedCount = 0;

  constructor(private readonly options: SchedulerOptions) {
    const { pieces, length, isLimited } = options;
    this.pieces = new PieceStates(pieces, length, (piece, missing) => {
      this.availability.missingChanged(piece, missing);
      for (const source of this.sources.values()) source.missingChanged(piece, missing);
    });
    this.availability = new PieceAvailability(this.pieces);
    this.ranges = new RangeAssignment(this.pieces, this.sources);
    const { sources, inFlight, availability, ranges } = this;
    this.chooser = new PieceChooser(this.pieces, sources, inFlight, availability, ranges, isLimited);
  }

  /** Pieces can be fetched from now on. To be called once; sources may be added before. */
  begin({ held, unverified, ranges, firstRange }: InitialState): void {
    const cut = equalRanges(this.pieces.count, ranges);
    const first = firstRange % cut.length;
    for (const range of [...cut.slice(first), ...cut.slice(0, first)]) this.ranges.offer(range);
    this.availability.begin(cut[first]?.start ?? 0);
    for (let piece = 0; piece < this.pieces.count; piece++) {
      if (held.has(piece)) this.pieces.change(piece, HELD);
      else if (!unverified.has(piece)) this.pieces.change(piece, MISSING);
    }
  }

  /** Whether nothing is left to be fetched. Readers may want more at any time. */
  get done(): boolean {
    return this.options.demand === undefined && this.pieces.allHeld;
  }

  /** With a window or readers: nothing can be requested until more has been read. */
  get blocked(): boolean {
    const { wanted } = this;
    if (wanted === null || this.done) return false;
    for (const piece of wanted.inOrder()) if (!this.has(piece) && !this.pieces.is(piece, UNVERIFIED)) return false;
    return true;
  }

  /** Whether all that is not held is still looked at, so that no source can be asked for anything. */
  get onlyChecking(): boolean {
    const { allHeld, missingBytes } = this.pieces;
    return !allHeld && missingBytes === 0 && this.inFlight.isEmpty;
  }

  get sourceCount(): number {
    return this.sources.size;
  }

  /** Other copies run at the same time: each fetches a part of the file for all. */
  setPartition(partition: Partition): void {
    this.availability.setPartition(partition);
  }

  /** A source is ready. It has the pieces of `holds` (null: every piece), which is the scheduler's from now on. */
  addSource(id: number, holds: Bitmap | null, roundTrip: number): void {
    this.removeSource(id);
    this.sources.set(id, new SourceState(id, holds, roundTrip, this.pieces));
    this.availability.addSource(holds);
  }

  /** A source is gone, and its connection has ended: other sources can be asked for its pieces at once. */
  removeSource(id: number): void {
    const source = this.sources.get(id);
    if (!source) return;
    this.sources.delete(id);
    this.availability.removeSource(source.holds);
    for (const piece of this.inFlight.removeSource(source)) this.makeMissing(piece);
    this.ranges.release(source);
  }

  /** A partial source has one more piece. */
  pieceAvailable(id: number, piece: number, now: number): void {
    const source = this.sources.get(id);
    if (!source?.holds || source.holds.has(piece) || piece >= this.pieces.count) return;
    source.pieceAdded(piece);
    this.availability.pieceAdded(piece, now);
  }

  bytesReceived(id: number, piece: number, bytes: number, now: number): void {
    this.sources.get(id)?.bytesReceived(piece, bytes, now);
  }

  /** A piece is in its place, verified. Gives the orders that stop other sources from sending it too. */
  pieceVerified(id: number, piece: number, now: number): Order[] {
    this.cancelConfirmed(id, piece);
    if (this.has(piece)) return [];
    this.pieces.change(piece, HELD);
    return this.inFlight.complete(piece, id, now).map((other) => ({ kind: "cancel", source: other.id, piece }));
  }

  /** It is known now whether an unverified piece is held. */
  pieceChecked(piece: number, held: boolean): void {
    if (!this.pieces.is(piece, UNVERIFIED)) return;
    if (held) this.pieces.change(piece, HELD);
    else this.makeMissing(piece);
  }

  /** The readers want other pieces than before. Gives the orders that stop what none of them wants any more. */
  demandChanged(now: number): Order[] {
    const { demand } = this.options;
    const orders: Order[] = [];
    for (const [piece] of [...this.inFlight.entries()]) {
      if (!demand || demand.wants(piece)) continue;
      for (const { id } of this.inFlight.abandon(piece, now)) orders.push({ kind: "cancel", source: id, piece });
      this.makeMissing(piece);
    }
    return orders;
  }

  /**
   * Gives up a held piece, unless a connection may still write it. Says whether it did; then it is not fetched again before
   * `pieceChecked` says that its place is free.
   */
  evict(piece: number): boolean {
    if (!this.has(piece) || this.inFlight.isUnconfirmed(piece)) return false;
    this.pieces.change(piece, UNVERIFIED);
    return true;
  }

  /** A source could not give a piece, or gave it wrong. */
  requestFailed(id: number, piece: number, now: number): void {
    this.cancelConfirmed(id, piece);
    const source = this.sources.get(id);
    if (!source) return;
    source.exclude(piece, now);
    if (this.inFlight.remove(piece, source, now)) this.makeMissing(piece);
  }

  /** A source's connection will write nothing more of a piece that was cancelled. */
  cancelConfirmed(id: number, piece: number): void {
    const source = this.sources.get(id);
    if (source) this.inFlight.confirm(piece, source);
  }

  /** With a window: the pieces below `count` have been read. */
  consumed(count: number): void {
    this.consumedCount = count;
  }

  /** Nobody has looked for so many milliseconds up to now whether anything has come. */
  processPaused(milliseconds: number, now: number): void {
    for (const source of this.sources.values()) source.processPaused(milliseconds, now);
  }

  /** Bytes for each second that all sources deliver. */
  rate(now: number): number {
    let rate = 0;
    for (const source of this.sources.values()) rate += source.rate(now) ?? 0;
    return rate * 1000;
  }

  /** Sources that have sent nothing for long, and are asked for a piece that no other source can be asked for. */
  stalledSources(now: number): number[] {
    const silent = [...this.sources.values()].filter((source) => source.silence(now) >= STALLED_PIECE_TIMEOUT_MS);
    const isNeeded = (source: SourceState) =>
      [...source.requestedPieces()].some((piece) => this.isOnlyFrom(source, piece, now));
    return silent.filter(isNeeded).map(({ id }) => id);
  }

  has(piece: number): boolean {
    return this.pieces.is(piece, HELD);
  }

  /** How many pieces a source is asked for. */
  requestCount(id: number): number {
    return this.sources.get(id)?.requestCount ?? 0;
  }

  /**
   * What to ask of which source. To be called after events, and a few times a second since sources may be silent. Not
   * `attentive`: what has come was not looked at yet, so nothing is asked for a second time.
   */
  next(now: number, attentive = true): Order[] {
    const orders: Order[] = [];
    const { wanted } = this;
    // One piece for each source in turn, or the first one would get all pieces of a small file.
    let candidates = [...this.sources.values()];
    while (candidates.length > 0) {
      candidates = candidates.filter((source) => {
        if (source.outstandingBytes >= source.windowBytes(now)) return false;
        const piece = this.chooser.next(source, wanted, now, attentive);
        if (piece === null) return false;
        orders.push({ kind: "fetch", source: source.id, piece, inMemory: this.request(source, piece, now) });
        return true;
      });
    }
    return orders;
  }

  /** Compares all that is counted with what it is counted from. For tests. */
  assertConsistent(): void {
    this.pieces.assertConsistent();
    this.inFlight.assertConsistent(this.pieces, this.sources);
    this.availability.assertConsistent(this.sources.values());
    for (const source of this.sources.values()) source.assertConsistent();
    if (!this.options.demand) this.ranges.assertConsistent();
    const held = this.pieces.contiguousHeld;
    invariant(this.consumedCount <= held, () => `${this.consumedCount} pieces were read, ${held} are held`);
  }

  /**
   * The place of a piece that was cancelled is not free until its connection confirms that: the window waits for it.
   */
  private get wanted(): WantedPieces | null {
    const { windowPieces, demand } = this.options;
    if (demand) return demand;
    if (windowPieces === null) return null;
    const start = this.inFlight.contiguousWritten(this.consumedCount);
    return new OneReader(this.pieces, { start, length: windowPieces });
  }

  /** Says whether the piece is kept in memory. */
  private request(source: SourceState, piece: number, now: number): boolean {
    const length = this.options.length(piece);
    if (this.pieces.is(piece, MISSING)) {
      this.pieces.change(piece, this.fitsInMemory(length) ? REQUESTED : EXCLUSIVE);
    }
    this.inFlight.add(piece, length, source, now);
    return this.pieces.is(piece, REQUESTED);
  }

  /** For readers always: what is written as it comes could not be asked of another source as soon as it is cancelled. */
  private fitsInMemory(length: number): boolean {
    const sources = Math.max(MIN_EXPECTED_SOURCES, this.sources.size);
    return this.options.demand !== undefined || length * sources <= this.options.memoryBytes;
  }

  private makeMissing(piece: number): void {
    this.pieces.change(piece, MISSING);
    // Readers take pieces from no range.
    if (!this.options.demand) this.ranges.offerPiece(piece);
  }

  private isOnlyFrom(source: SourceState, piece: number, now: number): boolean {
    if (this.pieces.is(piece, EXCLUSIVE)) return true;
    for (const other of this.sources.values()) {
      if (other !== source && (other.isAskedFor(piece) || other.canBeAskedFor(piece, now))) return false;
    }
    return true;
  }
}
