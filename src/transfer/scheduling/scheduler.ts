import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import { equalRanges, type PieceRange } from "../../protocol/versions/piece-range.ts";
import { type HedgePolicy, pickHedge } from "./hedging.ts";
import type { Partition } from "./partition.ts";
import { PieceAvailability } from "./piece-availability.ts";
import { SourceState } from "./source-state.ts";

/**
 * Which piece comes from which source. Pure: events and `now` (milliseconds) in, orders out.
 *
 * Each piece is needed, in flight or here. Each source works through a run of its own; one that is done takes the back
 * of the run that will take longest, in proportion to the two rates. A source is not asked for a piece that the others
 * will have sooner beside all the rest. When nothing is left to ask for but pieces in flight, an idle source is asked for
 * one that it will have clearly sooner, too (hedging), and whoever comes later is cancelled. Pieces gather in memory for
 * that; where they are too long for so many sources, each is asked of one alone.
 */

/** `gather`: the piece waits in memory until it is verified, so that somebody else may be asked for it too. */
export type Order =
  | { readonly kind: "fetch"; readonly source: number; readonly piece: number; readonly gather: boolean }
  | { readonly kind: "cancel"; readonly source: number; readonly piece: number };

export interface SchedulerOptions {
  readonly pieces: number;
  /** Bytes in a piece. */
  readonly length: (piece: number) => number;
  /** What is here already. */
  readonly have: Bitmap;
  /** What may be here already, and is not to be fetched until that is known. */
  readonly unread?: Bitmap;
  /** Into how many runs the file is cut at first, at least one: the number of sources that are expected. */
  readonly parts: number;
  /** Which of those runs is begun first: copies that run at the same time begin at different ones. */
  readonly firstPart: number;
  /** Pieces come in order, at most this many ahead of what was consumed. Null: in any order. */
  readonly window: number | null;
  /** Bytes of memory in which pieces may gather, one of each source. */
  readonly gathered: number;
}

/** With more than this part of the window before him the reader has enough to do. */
const ENOUGH = 0.5;

/** Sources that there may soon be: memory is shared out to so many at least. */
const FEW = 4;
/** Milliseconds of silence after which a piece that nobody else may be asked for is taken back. */
const DEAF = 20_000;

const NEEDED = 0;
const FLYING = 1;
const HERE = 2;
const UNREAD = 3;

export class Scheduler {
  private readonly states: Uint8Array;
  /** Of the pieces in flight, those who are asked for them. */
  private readonly askers = new Map<number, Set<SourceState>>();
  /** Those of them that do not gather. */
  private readonly alone = new Set<number>();
  private readonly lines = new Map<number, SourceState>();
  private readonly rarity: PieceAvailability;
  /** Runs that no source works on. */
  private orphans: PieceRange[];
  /** Bytes of pieces that nobody was asked for. */
  private neededBytes = 0;
  private hereCount = 0;
  private consumedCount = 0;
  /** All pieces below this one are here. */
  private lowest = 0;

  constructor(private readonly options: SchedulerOptions) {
    const { pieces, have, unread, parts, firstPart } = options;
    const runs = equalRanges(pieces, parts);
    const first = firstPart % runs.length;
    this.orphans = [...runs.slice(first), ...runs.slice(0, first)];
    this.states = new Uint8Array(pieces);
    this.rarity = new PieceAvailability(pieces, runs[first]?.start ?? 0);
    for (let piece = 0; piece < pieces; piece++) {
      if (have.has(piece)) {
        this.states[piece] = HERE;
        this.hereCount += 1;
      } else if (unread?.has(piece)) {
        this.states[piece] = UNREAD;
      } else {
        this.need(piece, true);
      }
    }
    while (this.states[this.lowest] === HERE) this.lowest += 1;
  }

  get done(): boolean {
    return this.hereCount === this.options.pieces;
  }

  /** With a window: nothing can be asked for until more is consumed. */
  get blocked(): boolean {
    const { window, pieces } = this.options;
    return window !== null && !this.done && this.lowest >= Math.min(pieces, this.consumedCount + window);
  }

  /** Other copies run at the same time: each fetches a part for all. */
  setPartition(division: Partition): void {
    this.rarity.setPartition(division);
  }

  /** A source is ready to deliver what it `holds` (null: everything), `roundTrip` milliseconds away. */
  attach(id: number, holds: Bitmap | null, roundTrip: number): void {
    this.detach(id);
    const line = new SourceState(id, holds, roundTrip);
    this.lines.set(id, line);
    for (const [piece, state] of this.states.entries()) if (state === NEEDED) line.need(piece, true);
    this.rarity.addSource(holds);
  }

  /** A source is gone: everything it had to do is free for others at once. */
  detach(id: number): void {
    const line = this.lines.get(id);
    if (!line) return;
    this.lines.delete(id);
    this.rarity.removeSource(line.holds);
    for (const piece of line.pieces()) this.giveBack(line, piece);
    if (line.run && line.run.end > line.run.start) this.orphans.push(line.run);
  }

  /** A partial source has one more piece. */
  gained(id: number, piece: number, now: number): void {
    const line = this.lines.get(id);
    if (!line?.holds || line.holds.has(piece)) return;
    line.gained(piece, this.states[piece] === NEEDED);
    this.rarity.gained(piece, now);
  }

  /** Bytes of a piece came. */
  received(id: number, piece: number, bytes: number, now: number): void {
    this.lines.get(id)?.received(piece, bytes, now);
  }

  /** A piece is here, verified. Gives the orders that stop others from sending it too. */
  finished(id: number, piece: number, now: number): Order[] {
    if (this.states[piece] === HERE) return [];
    if (this.states[piece] === NEEDED) this.need(piece, false);
    this.states[piece] = HERE;
    this.hereCount += 1;
    while (this.states[this.lowest] === HERE) this.lowest += 1;
    const orders: Order[] = [];
    for (const asker of this.askers.get(piece) ?? []) {
      asker.land(piece, now);
      if (asker.id !== id) orders.push({ kind: "cancel", source: asker.id, piece });
    }
    this.askers.delete(piece);
    this.alone.delete(piece);
    return orders;
  }

  /** It is known now whether a piece that may be here is. */
  checked(piece: number, here: boolean): void {
    if (this.states[piece] !== UNREAD) return;
    this.states[piece] = here ? HERE : NEEDED;
    this.hereCount += here ? 1 : 0;
    if (!here) return this.needAgain(piece);
    while (this.states[this.lowest] === HERE) this.lowest += 1;
  }

  /** A source could not give a piece, or gave it wrong. */
  failed(id: number, piece: number, now: number): void {
    const line = this.lines.get(id);
    if (!line) return;
    line.land(piece, now);
    line.failed(piece, now);
    this.giveBack(line, piece);
  }

  /** With a window: the pieces below `count` have left it. */
  consumed(count: number): void {
    this.consumedCount = count;
  }

  /** Bytes for each second that a source delivers. */
  rate(id: number, now: number): number {
    return (this.lines.get(id)?.rate(now) ?? 0) * 1000;
  }

  /** Sources to be given up for now: silent for long, with a piece that nobody else may be asked for. */
  stalledSources(now: number): number[] {
    if (this.alone.size === 0) return [];
    const deaf = [...this.lines.values()].filter((line) => {
      return line.silence(now) >= DEAF && [...line.pieces()].some((piece) => this.alone.has(piece));
    });
    return deaf.map(({ id }) => id);
  }

  /** Whether a piece is here. */
  has(piece: number): boolean {
    return this.states[piece] === HERE;
  }

  /** How many pieces are asked of a source. */
  requestCount(id: number): number {
    return this.lines.get(id)?.flying ?? 0;
  }

  /** What to ask of whom now. To be called after events, and a few times a second for the sake of silent sources. */
  next(now: number): Order[] {
    const orders: Order[] = [];
    // One piece for each in turn, or the first one would take all of a small file.
    for (let lines = [...this.lines.values()]; lines.length > 0; ) {
      lines = lines.filter((line) => {
        if (line.due >= line.pipeline(now)) return false;
        const piece = this.chooseNeeded(line, now) ?? this.chooseFlying(line, now);
        if (piece === null) return false;
        orders.push({ kind: "fetch", source: line.id, piece, gather: this.launch(line, piece, now) });
        return true;
      });
    }
    return orders;
  }

  /** Says whether the piece gathers. */
  private launch(line: SourceState, piece: number, now: number): boolean {
    line.launch(piece, this.options.length(piece), now);
    if (this.states[piece] === NEEDED) this.need(piece, false);
    this.states[piece] = FLYING;
    const askers = this.askers.get(piece);
    if (askers) askers.add(line);
    else this.askers.set(piece, new Set([line]));
    const { length, gathered } = this.options;
    const gather = askers !== undefined || length(piece) * Math.max(FEW, this.lines.size) <= gathered;
    if (!gather) this.alone.add(piece);
    return gather;
  }

  /** Makes a piece needed again unless it is here or still asked of somebody else. */
  private giveBack(line: SourceState, piece: number): void {
    const askers = this.askers.get(piece);
    askers?.delete(line);
    if (this.states[piece] !== FLYING || (askers && askers.size > 0)) return;
    this.askers.delete(piece);
    this.alone.delete(piece);
    this.states[piece] = NEEDED;
    this.needAgain(piece);
  }

  private needAgain(piece: number): void {
    this.need(piece, true);
    this.orphans.push({ start: piece, end: piece + 1 });
  }

  private need(piece: number, needed: boolean): void {
    this.neededBytes += needed ? this.options.length(piece) : -this.options.length(piece);
    this.rarity.need(piece, needed);
    for (const line of this.lines.values()) line.need(piece, needed);
  }

  private chooseNeeded(line: SourceState, now: number): number | null {
    if (this.neededBytes === 0) return null;
    if (this.options.window !== null) return this.inOrder(line, this.options.window, now);
    const piece = this.inRuns(line, now);
    if (piece === null || this.worthwhile(line, piece, this.neededBytes, now)) return piece;
    // It is left to the others, and all that would have come after it.
    if (line.run) this.orphans.push(line.run);
    line.run = null;
    return null;
  }

  /** The first piece that the others would not have sooner beside all that comes before it. */
  private inOrder(line: SourceState, window: number, now: number): number | null {
    const end = Math.min(this.options.pieces, this.consumedCount + window);
    let bytes = 0;
    for (let piece = this.lowest; piece < end; piece++) {
      if (this.states[piece] !== NEEDED) continue;
      bytes += this.options.length(piece);
      if (line.can(piece, now) && this.worthwhile(line, piece, bytes, now)) return piece;
    }
    return null;
  }

  private inRuns(line: SourceState, now: number): number | null {
    if (line.useless) return null;
    if (this.rarity.matters) {
      const can = (piece: number) => line.can(piece, now);
      if (line.holds) return this.rarity.rarest(can);
      // What partial sources have is left to them as long as there is anything else.
      const scarce = this.rarity.nextUnheld(can, this.rest(now), now);
      if (scarce.kind === "wait") return null;
      if (scarce.kind === "piece") return scarce.own || line.lean(now) ? scarce.piece : null;
    }
    return this.fromRun(line, now) ?? (this.takeRun(line, now) ? this.fromRun(line, now) : null);
  }

  /**
   * Whether a source should be asked for a piece: not when the others would have it sooner, although they have all of
   * the other `needed` bytes to fetch as well.
   */
  private worthwhile(line: SourceState, piece: number, needed: number, now: number): boolean {
    const length = this.options.length(piece);
    const mine = line.eta(length, now);
    if (mine === null) return true;
    const kept = line.holds !== null && this.rarity.reservesFullSources;
    let soonest = Number.POSITIVE_INFINITY;
    let rates = 0;
    let bytes = needed;
    for (const other of this.lines.values()) {
      const rate = other.rate(now);
      if (other === line || rate === null || !other.can(piece, now) || (kept && !other.holds)) continue;
      soonest = Math.min(soonest, other.eta(length, now) ?? soonest);
      rates += rate;
      bytes += other.due;
    }
    return mine <= soonest || mine <= bytes / rates;
  }

  private fromRun(line: SourceState, now: number): number | null {
    const { run } = line;
    if (!run) return null;
    const piece = this.firstFor(line, run.start, run.end, now);
    // What is skipped here was taken by others; what this source may not take is offered to them.
    this.release(run.start, piece ?? run.end);
    if (piece === null) line.run = null;
    else run.start = piece;
    return piece;
  }

  /** Offers what is still needed in a stretch that its source has passed by. */
  private release(start: number, end: number): void {
    for (let piece = start; piece < end; piece++) {
      if (this.states[piece] === NEEDED) this.orphans.push({ start: piece, end: piece + 1 });
    }
  }

  /** The first needed piece from `start` that this source may be asked for. */
  private firstFor(line: SourceState, start: number, end: number, now: number): number | null {
    for (let piece = Math.max(start, this.lowest); piece < end; piece++) {
      if (this.states[piece] === NEEDED && line.can(piece, now)) return piece;
    }
    return null;
  }

  /** Gives a source without a run an orphan, or the back of the run that will take longest. */
  private takeRun(line: SourceState, now: number): boolean {
    this.orphans = this.orphans.filter((run) => this.unfinished(run));
    const orphan = this.orphans.findIndex((run) => this.firstFor(line, run.start, run.end, now) !== null);
    if (orphan >= 0) {
      line.run = this.orphans.splice(orphan, 1)[0] ?? null;
      return true;
    }
    const victim = this.slowest(line, now);
    if (!victim?.run) return false;
    const mine = line.rate(now) ?? 1;
    const theirs = victim.rate(now) ?? mine;
    const { start, end } = victim.run;
    const share = mine + theirs > 0 ? mine / (mine + theirs) : 0.5;
    const taken = Math.min(end - start, Math.max(1, Math.round((end - start) * share)));
    line.run = { start: end - taken, end };
    victim.run.end = end - taken;
    return this.firstFor(line, line.run.start, end, now) !== null;
  }

  /** Whether some piece of a run is needed; moves the run's start up to the first such piece. */
  private unfinished(run: PieceRange): boolean {
    while (run.start < run.end && this.states[run.start] !== NEEDED) run.start += 1;
    return run.start < run.end;
  }

  /** Of the others, the one whose run will take longest. */
  private slowest(line: SourceState, now: number): SourceState | null {
    let worst: SourceState | null = null;
    let longest = 0;
    for (const other of this.lines.values()) {
      const { run } = other;
      if (other === line || !run || this.firstFor(line, run.start, run.end, now) === null) continue;
      const time = (run.end - run.start) / Math.max(other.rate(now) ?? 1, 1e-6);
      if (time <= longest) continue;
      longest = time;
      worst = other;
    }
    return worst;
  }

  /** A piece in flight that this source is to be asked for too. */
  private chooseFlying(line: SourceState, now: number): number | null {
    const { window, length } = this.options;
    const flying = { askers: this.askers, alone: this.alone, length };
    const choose = (manner: HedgePolicy, rest: number) => pickHedge(line, flying, manner, rest, now);
    if (window === null) return choose(this.rarity.shared ? "shared" : "free", this.rest(now));
    // Nobody waits for what is late as long as there is enough to read before it.
    return this.lowest - this.consumedCount <= window * ENOUGH ? choose("ordered", 0) : null;
  }

  /** Milliseconds that all sources together need for what is still to come. */
  private rest(now: number): number {
    let rates = 0;
    let bytes = this.neededBytes;
    for (const line of this.lines.values()) {
      rates += line.rate(now) ?? 0;
      bytes += line.due;
    }
    return rates > 0 ? bytes / rates : 0;
  }
}
