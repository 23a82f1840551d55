import type { PieceRange } from "../../protocol/versions/piece-range.ts";
import { invariant } from "./invariant.ts";
import { MISSING, type PieceStates } from "./piece-states.ts";
import type { SourceState } from "./source-state.ts";

/**
 * Which range of the file each source works through when pieces may come in any order. A source whose range is done
 * gets one that nobody has, or the end of the range that will take longest, in proportion to the rates of the two
 * sources.
 *
 * Each missing piece is in the range of a source or in one that nobody has.
 */
export class RangeAssignment {
  private unassigned: PieceRange[] = [];

  constructor(
    private readonly pieces: PieceStates,
    private readonly sources: ReadonlyMap<number, SourceState>,
  ) {}

  /** A range for somebody to take. */
  offer(range: PieceRange): void {
    this.unassigned.push(range);
  }

  offerPiece(piece: number): void {
    this.unassigned.push({ start: piece, end: piece + 1 });
  }

  /** A source gives back what is left of its range. */
  release(source: SourceState): void {
    if (source.range) this.unassigned.push(source.range);
    source.range = null;
  }

  /** The next missing piece for a source, from its range or from a new one. */
  next(source: SourceState, now: number): number | null {
    return this.nextInRange(source, now) ?? this.nextInOtherRange(source, now);
  }

  /** Looks for a missing piece that no range has. For tests. */
  assertConsistent(): void {
    const covered = new Uint8Array(this.pieces.count);
    const assigned = [...this.sources.values()].flatMap(({ range }) => range ?? []);
    for (const { start, end } of [...this.unassigned, ...assigned]) covered.fill(1, start, end);
    const lost = covered.findIndex((yes, piece) => yes === 0 && this.pieces.is(piece, MISSING));
    invariant(lost < 0, () => `piece ${lost} is missing and in no range`);
  }

  private nextInRange(source: SourceState, now: number): number | null {
    const { range } = source;
    if (!range) return null;
    const piece = this.firstFor(source, range, now);
    // Other sources have fetched some of what is skipped. What this source cannot be asked for is offered to them.
    for (let skipped = range.start; skipped < (piece ?? range.end); skipped++) {
      if (this.pieces.is(skipped, MISSING)) this.offerPiece(skipped);
    }
    if (piece === null) source.range = null;
    else range.start = piece;
    return piece;
  }

  /** Gives a source that has no range another one; its next missing piece there. */
  private nextInOtherRange(source: SourceState, now: number): number | null {
    this.unassigned = this.unassigned.filter((range) => this.trimStart(range));
    const free = this.unassigned.findIndex((range) => this.firstFor(source, range, now) !== null);
    if (free >= 0) {
      source.range = this.unassigned.splice(free, 1)[0] ?? null;
      return this.nextInRange(source, now);
    }
    const slowest = this.slowestFor(source, now);
    if (!slowest?.range) return null;
    const mine = rateOf(source, now);
    const theirs = rateOf(slowest, now, mine);
    const { start, end } = slowest.range;
    const taken = Math.max(1, Math.round(((end - start) * mine) / (mine + theirs)));
    source.range = { start: end - taken, end };
    slowest.range.end = end - taken;
    return this.nextInRange(source, now);
  }

  /** Moves the start of a range up to its first missing piece. Says whether there is one. */
  private trimStart(range: PieceRange): boolean {
    while (range.start < range.end && !this.pieces.is(range.start, MISSING)) range.start += 1;
    return range.start < range.end;
  }

  /** Of the other sources that have a piece for this one, the one whose range will take longest. */
  private slowestFor(source: SourceState, now: number): SourceState | null {
    let slowest: SourceState | null = null;
    let longest = 0;
    for (const other of this.sources.values()) {
      const { range } = other;
      if (other === source || !range || this.firstFor(source, range, now) === null) continue;
      const time = (range.end - range.start) / rateOf(other, now);
      if (time <= longest) continue;
      longest = time;
      slowest = other;
    }
    return slowest;
  }

  /** The first missing piece of a range that a source can be asked for. */
  private firstFor(source: SourceState, { start, end }: PieceRange, now: number): number | null {
    for (let piece = Math.max(start, this.pieces.contiguousHeld); piece < end; piece++) {
      if (this.pieces.is(piece, MISSING) && source.canBeAskedFor(piece, now)) return piece;
    }
    return null;
  }
}

/** Bytes for each millisecond, `unknown` where nothing has been measured. Not 0: it is divided by. */
function rateOf(source: SourceState, now: number, unknown = 1): number {
  return Math.max(source.rate(now) ?? unknown, 1e-6);
}
