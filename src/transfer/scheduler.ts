import type { Bitmap } from "./bitmap.ts";
import { Meter } from "./meter.ts";
import { equalRuns, type Run } from "./runs.ts";

/**
 * Which piece comes from which source. Pure: events and `now` (milliseconds) in, orders out.
 *
 * Each piece is needed, in flight or here. Each source works through a run of its own; one that is done takes the back
 * of the largest run left, in proportion to the two rates. When nothing is left but pieces in flight, an idle source
 * asks a second time for one that it will have clearly sooner (hedging), and whoever comes later is cancelled.
 */

export type Order =
  | { readonly kind: "fetch"; readonly source: number; readonly piece: number }
  | { readonly kind: "cancel"; readonly source: number; readonly piece: number };

export interface SchedulerOptions {
  readonly pieces: number;
  /** Bytes in a piece. */
  length(piece: number): number;
  /** What is here already. */
  readonly have: Bitmap;
  /** Into how many runs the file is cut at first: the number of sources that are expected. */
  readonly parts: number;
  /** Which of those runs is begun first: copies that run at the same time begin at different ones. */
  readonly firstPart: number;
  /** Pieces come in order, at most this many ahead of what was consumed. Null: in any order. */
  readonly window: number | null;
}

/** Milliseconds of work that a source should have before it, beside the round trip. */
const SLACK = 200;
/** Least and most bytes asked of a source at once, a piece more or less. */
const MIN_PIPELINE = 256 * 1024;
const MAX_PIPELINE = 16 * 1024 * 1024;
/** What is asked of a source whose rate is not known yet. */
const FIRST_PIPELINE = 2 * 1024 * 1024;
/** A second copy is asked for when it will be here in less than this part of the first one's time... */
const HEDGE_GAIN = 0.7;
/** ...and at least this many milliseconds sooner. */
const HEDGE_LEAST = 50;
/** Milliseconds before a source is asked again for a piece that it could not give. */
const EXCLUSION = 2000;

const NEEDED = 0;
const FLYING = 1;
const HERE = 2;

interface Flight {
  readonly piece: number;
  /** Bytes still to come. */
  left: number;
}

interface Source {
  readonly id: number;
  /** Null: it has every piece. */
  readonly holds: Bitmap | null;
  readonly meter: Meter;
  /** Milliseconds from asking to the first byte. */
  readonly roundTrip: number;
  run: Run | null;
  /** In the order they were asked for. */
  readonly flights: Map<number, Flight>;
  /** Bytes asked for that have not come. */
  due: number;
  /** Pieces that it could not give, and until when it is not asked again. */
  readonly excluded: Map<number, number>;
}

export class Scheduler {
  private readonly states: Uint8Array;
  /** Sources that a piece is asked of, where there is one. */
  private readonly askers = new Map<number, Set<number>>();
  private readonly sources = new Map<number, Source>();
  /** Runs that no source works on. */
  private orphans: Run[];
  private neededBytes = 0;
  private hereCount = 0;
  private consumedCount = 0;
  /** All pieces below this one are here. */
  private lowest = 0;
  /** Where partial sources are looked through from. */
  private readonly firstPiece: number;

  constructor(private readonly options: SchedulerOptions) {
    const { pieces, have, parts, firstPart } = options;
    const runs = equalRuns(pieces, parts);
    const first = runs.length > 0 ? firstPart % runs.length : 0;
    this.orphans = [...runs.slice(first), ...runs.slice(0, first)];
    this.firstPiece = runs[first]?.start ?? 0;
    this.states = new Uint8Array(pieces);
    for (let piece = 0; piece < pieces; piece++) {
      if (have.has(piece)) {
        this.states[piece] = HERE;
        this.hereCount += 1;
      } else {
        this.neededBytes += options.length(piece);
      }
    }
  }

  get done(): boolean {
    return this.hereCount === this.options.pieces;
  }

  /** A source is ready to deliver what it `holds` (null: everything), `roundTrip` milliseconds away. */
  attach(id: number, holds: Bitmap | null, roundTrip: number): void {
    this.detach(id);
    this.sources.set(id, {
      id,
      holds,
      roundTrip,
      meter: new Meter(),
      run: null,
      flights: new Map(),
      due: 0,
      excluded: new Map(),
    });
  }

  /** A source is gone: everything it had to do is free for others at once. */
  detach(id: number): void {
    const source = this.sources.get(id);
    if (!source) return;
    this.sources.delete(id);
    for (const piece of source.flights.keys()) this.giveBack(id, piece);
    if (source.run && source.run.end > source.run.start) this.orphans.push(source.run);
  }

  /** A partial source has one more piece. */
  gained(id: number, piece: number): void {
    const source = this.sources.get(id);
    source?.holds?.add(piece);
    source?.excluded.delete(piece);
  }

  /** Bytes of a piece came. */
  received(id: number, piece: number, bytes: number, now: number): void {
    const source = this.sources.get(id);
    if (!source) return;
    source.meter.received(bytes, now);
    const flight = source.flights.get(piece);
    if (!flight) return;
    const counted = Math.min(bytes, flight.left);
    flight.left -= counted;
    source.due -= counted;
  }

  /** A piece is here, verified. Gives the orders that stop others from sending it too. */
  finished(id: number, piece: number, now: number): Order[] {
    this.land(id, piece, now);
    if (this.states[piece] === HERE) return [];
    this.states[piece] = HERE;
    this.hereCount += 1;
    this.neededBytes -= this.options.length(piece);
    while (this.states[this.lowest] === HERE) this.lowest += 1;
    const orders: Order[] = [];
    for (const other of this.askers.get(piece) ?? []) {
      this.land(other, piece, now);
      orders.push({ kind: "cancel", source: other, piece });
    }
    this.askers.delete(piece);
    return orders;
  }

  /** A source could not give a piece, or gave it wrong. */
  failed(id: number, piece: number, now: number): void {
    const source = this.sources.get(id);
    this.land(id, piece, now);
    source?.excluded.set(piece, now + EXCLUSION);
    this.giveBack(id, piece);
  }

  /** With a window: the pieces below `count` have left it. */
  consumed(count: number): void {
    this.consumedCount = count;
  }

  /** Bytes for each second that a source delivers. */
  rate(id: number, now: number): number {
    return (this.sources.get(id)?.meter.rate(now) ?? 0) * 1000;
  }

  /** Milliseconds for which a source has been silent though bytes are due. */
  silence(id: number, now: number): number {
    return this.sources.get(id)?.meter.silence(now) ?? 0;
  }

  /** Whether a piece is here. */
  has(piece: number): boolean {
    return this.states[piece] === HERE;
  }

  /** How many pieces are asked of a source. */
  flying(id: number): number {
    return this.sources.get(id)?.flights.size ?? 0;
  }

  /** What to ask of whom now. To be called after events, and a few times a second for the sake of silent sources. */
  next(now: number): Order[] {
    const orders: Order[] = [];
    for (const source of this.sources.values()) {
      while (source.due < this.pipeline(source, now)) {
        const piece = this.choose(source, now);
        if (piece === null) break;
        this.launch(source, piece, now);
        orders.push({ kind: "fetch", source: source.id, piece });
      }
    }
    return orders;
  }

  private launch(source: Source, piece: number, now: number): void {
    const left = this.options.length(piece);
    source.flights.set(piece, { piece, left });
    source.due += left;
    source.meter.start(now);
    this.states[piece] = FLYING;
    const askers = this.askers.get(piece);
    if (askers) askers.add(source.id);
    else this.askers.set(piece, new Set([source.id]));
  }

  /** The piece is not asked of this source any more. */
  private land(id: number, piece: number, now: number): void {
    this.askers.get(piece)?.delete(id);
    const source = this.sources.get(id);
    const flight = source?.flights.get(piece);
    if (!source || !flight) return;
    source.flights.delete(piece);
    source.due -= flight.left;
    if (source.flights.size === 0) source.meter.stop(now);
  }

  /** Makes a piece needed again unless it is here or still asked of somebody else. */
  private giveBack(id: number, piece: number): void {
    const askers = this.askers.get(piece);
    askers?.delete(id);
    if (this.states[piece] !== FLYING || (askers && askers.size > 0)) return;
    this.askers.delete(piece);
    this.states[piece] = NEEDED;
    this.orphans.push({ start: piece, end: piece + 1 });
  }

  /** Bytes that should be due from a source: what it delivers in a round trip and a little more. */
  private pipeline(source: Source, now: number): number {
    const rate = source.meter.rate(now);
    if (rate === null) return FIRST_PIPELINE;
    return Math.min(MAX_PIPELINE, Math.max(MIN_PIPELINE, rate * (source.roundTrip + SLACK)));
  }

  private choose(source: Source, now: number): number | null {
    const piece = this.chooseNeeded(source, now);
    if (piece !== null) return piece;
    return source.flights.size === 0 ? this.hedge(source, now) : null;
  }

  private chooseNeeded(source: Source, now: number): number | null {
    if (!this.worthwhile(source, now)) {
      if (source.run) this.orphans.push(source.run);
      source.run = null;
      return null;
    }
    const { window, pieces } = this.options;
    if (window !== null) return this.needed(source, now, this.lowest, Math.min(pieces, this.consumedCount + window));
    const own = this.fromRun(source, now);
    if (own !== null) return own;
    if (source.holds) {
      return (
        this.needed(source, now, this.firstPiece, pieces) ?? this.needed(source, now, this.lowest, this.firstPiece)
      );
    }
    return this.takeRun(source, now) ? this.fromRun(source, now) : null;
  }

  private may(source: Source, piece: number, now: number): boolean {
    if (this.states[piece] !== NEEDED || source.flights.has(piece)) return false;
    if (source.holds && !source.holds.has(piece)) return false;
    return (source.excluded.get(piece) ?? 0) <= now;
  }

  private fromRun(source: Source, now: number): number | null {
    const run = source.run;
    if (!run) return null;
    for (let piece = run.start; piece < run.end; piece++) {
      if (this.may(source, piece, now)) {
        // What is skipped here was taken by others; what this source may not take is offered to them.
        this.release(run.start, piece);
        run.start = piece + 1;
        return piece;
      }
    }
    this.release(run.start, run.end);
    source.run = null;
    return null;
  }

  /** Offers what is still needed in a stretch that its source has passed by. */
  private release(start: number, end: number): void {
    for (let piece = start; piece < end; piece++) {
      if (this.states[piece] === NEEDED) this.orphans.push({ start: piece, end: piece + 1 });
    }
  }

  /** The first piece from `start` that this source may be asked for. */
  private needed(source: Source, now: number, start: number, end: number): number | null {
    for (let piece = start; piece < end; piece++) if (this.may(source, piece, now)) return piece;
    return null;
  }

  /** Gives a source without a run an orphan, or the back of the largest run left. */
  private takeRun(source: Source, now: number): boolean {
    this.orphans = this.orphans.filter((run) => this.unfinished(run));
    const orphan = this.orphans.findIndex((run) => this.useful(source, run, now));
    if (orphan >= 0) {
      source.run = this.orphans.splice(orphan, 1)[0] ?? null;
      return true;
    }
    const victim = this.largest(source, now);
    if (!victim?.run) return false;
    const mine = source.meter.rate(now) ?? 1;
    const theirs = victim.meter.rate(now) ?? mine;
    const { start, end } = victim.run;
    const share = mine + theirs > 0 ? mine / (mine + theirs) : 0.5;
    const taken = Math.min(end - start, Math.max(1, Math.round((end - start) * share)));
    source.run = { start: end - taken, end };
    victim.run.end = end - taken;
    return this.useful(source, source.run, now);
  }

  private useful(source: Source, run: Run, now: number): boolean {
    return this.needed(source, now, run.start, run.end) !== null;
  }

  /** Whether some piece of a run is needed; moves the run's start up to the first such piece. */
  private unfinished(run: Run): boolean {
    while (run.start < run.end && this.states[run.start] !== NEEDED) run.start += 1;
    return run.start < run.end;
  }

  /** Of the others, the one whose run will take longest. */
  private largest(source: Source, now: number): Source | null {
    let worst: Source | null = null;
    let longest = 0;
    for (const other of this.sources.values()) {
      if (other === source || !other.run || !this.useful(source, other.run, now)) continue;
      const time = (other.run.end - other.run.start) / Math.max(other.meter.rate(now) ?? 1, 1e-6);
      if (time > longest) {
        longest = time;
        worst = other;
      }
    }
    return worst;
  }

  /** Milliseconds until a source will have delivered `bytes` beyond what is due from it. */
  private eta(source: Source, bytes: number, now: number): number {
    const rate = source.meter.rate(now);
    if (rate === null) return source.flights.size > 0 ? source.meter.silence(now) : source.roundTrip;
    return source.roundTrip + (source.due + bytes) / Math.max(rate, 1e-6);
  }

  /** Whether a slow source should begin one more piece, or better leave it to the others, who will be done before it. */
  private worthwhile(source: Source, now: number): boolean {
    if (this.sources.size === 1 || source.meter.rate(now) === null || this.options.pieces === 0) return true;
    let others = 0;
    for (const other of this.sources.values()) {
      if (other !== source && !other.holds) others += other.meter.rate(now) ?? 0;
    }
    return others === 0 || this.eta(source, this.options.length(0), now) * others <= this.neededBytes;
  }

  /** A piece in flight that this idle source will have clearly sooner than whom it was asked of. */
  private hedge(source: Source, now: number): number | null {
    let best: number | null = null;
    let longest = 0;
    for (const other of this.sources.values()) {
      if (other === source) continue;
      let ahead = 0;
      for (const flight of other.flights.values()) {
        ahead += flight.left;
        const { piece } = flight;
        if (source.holds && !source.holds.has(piece)) continue;
        if ((this.askers.get(piece)?.size ?? 0) > 1 || (source.excluded.get(piece) ?? 0) > now) continue;
        const theirs = this.remaining(other, ahead, now);
        const mine = this.eta(source, this.options.length(piece), now);
        if (theirs > longest && mine < theirs * HEDGE_GAIN && theirs - mine > HEDGE_LEAST) {
          longest = theirs;
          best = piece;
        }
      }
    }
    return best;
  }

  /** Milliseconds until the first `ahead` bytes due from a source are here, as it delivers now. */
  private remaining(source: Source, ahead: number, now: number): number {
    const rate = source.meter.rate(now);
    const silence = source.meter.silence(now);
    if (rate === null) return 2 * silence;
    return Math.max(ahead / Math.max(rate, 1e-6), silence > 2 * source.roundTrip + 100 ? 2 * silence : 0);
  }
}
