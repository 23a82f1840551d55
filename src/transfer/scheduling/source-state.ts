import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import type { PieceRange } from "../../protocol/versions/piece-range.ts";
import { RateEstimator } from "./rate-estimator.ts";

/** Milliseconds of work that a source should have before it, beside the round trip. */
const SLACK = 200;
/** Least and most bytes asked of a source at once, a piece more or less. */
const MIN_PIPELINE = 16 * 1024;
const MAX_PIPELINE = 32 * 1024 * 1024;
/** What is asked of a source whose rate is not known yet: so much, or what a gigabit line carries in a round trip. */
const FIRST_PIPELINE = 2 * 1024 * 1024;
const FIRST_RATE = 100 * 1024;
const MOST_AT_FIRST = 8 * 1024 * 1024;
/** Milliseconds before a source is asked again for a piece that it could not give. */
const EXCLUSION = 2000;
/** Milliseconds of silence, beside two round trips, that any source may have. */
const CALM = 100;

/** One source as the scheduler sees it: what it has, what it was asked for, how fast it delivers. Pure. */
export class SourceState {
  /** The pieces that it works through. */
  run: PieceRange | null = null;
  /** Bytes asked for that have not come. */
  due = 0;
  /** How many of the pieces that it holds are needed, where it holds some. */
  private useful = 0;
  private readonly meter = new RateEstimator();
  /** Bytes still to come, by piece, in the order they were asked for, which is that in which they come. */
  private readonly flights = new Map<number, number>();
  /** Pieces that it could not give, and until when it is not asked again. */
  private readonly excluded = new Map<number, number>();

  constructor(
    readonly id: number,
    /** Null: it has every piece. */
    readonly holds: Bitmap | null,
    /** Milliseconds from asking to the first byte. */
    readonly roundTrip: number,
  ) {}

  /** Whether it has some pieces of the file, and none of those that are needed. */
  get useless(): boolean {
    return this.holds !== null && this.useful === 0;
  }

  /** A piece is needed from now on, or not any more. */
  need(piece: number, needed: boolean): void {
    if (this.holds?.has(piece)) this.useful += needed ? 1 : -1;
  }

  /** How many pieces are asked of it. */
  get flying(): number {
    return this.flights.size;
  }

  pieces(): Iterable<number> {
    return this.flights.keys();
  }

  /** Whether it can be asked for a piece now. */
  can(piece: number, now: number): boolean {
    if (this.flights.has(piece) || (this.holds && !this.holds.has(piece))) return false;
    return (this.excluded.get(piece) ?? 0) <= now;
  }

  launch(piece: number, bytes: number, now: number): void {
    this.flights.set(piece, bytes);
    this.due += bytes;
    this.meter.start(now, this.roundTrip);
  }

  /** A piece is not asked of it any more. */
  land(piece: number, now: number): void {
    const left = this.flights.get(piece);
    if (left === undefined) return;
    this.flights.delete(piece);
    this.due -= left;
    if (this.flights.size === 0) this.meter.stop(now);
  }

  received(piece: number, bytes: number, now: number): void {
    this.meter.received(bytes, now);
    const left = this.flights.get(piece);
    if (left === undefined) return;
    const counted = Math.min(bytes, left);
    this.flights.set(piece, left - counted);
    this.due -= counted;
  }

  failed(piece: number, now: number): void {
    this.excluded.set(piece, now + EXCLUSION);
  }

  gained(piece: number, needed: boolean): void {
    this.holds?.add(piece);
    if (needed) this.useful += 1;
    this.excluded.delete(piece);
  }

  /** Bytes for each millisecond; null until it is known. */
  rate(now: number): number | null {
    return this.meter.rate(now);
  }

  silence(now: number): number {
    return this.meter.silence(now);
  }

  /** Bytes that should be due from it: what it delivers in a round trip and a little more. */
  pipeline(now: number): number {
    const rate = this.meter.rate(now);
    if (rate === null) return Math.min(MOST_AT_FIRST, Math.max(FIRST_PIPELINE, FIRST_RATE * this.roundTrip));
    return Math.min(MAX_PIPELINE, Math.max(MIN_PIPELINE, rate * (this.roundTrip + SLACK)));
  }

  /** Whether it will be idle by the time that a request of now reaches it. */
  lean(now: number): boolean {
    return this.due <= (this.meter.rate(now) ?? 0) * this.roundTrip;
  }

  /** Milliseconds until it will have delivered `bytes` beyond what is due from it; null when that cannot be told. */
  eta(bytes: number, now: number): number | null {
    const rate = this.meter.rate(now);
    if (rate === null) return null;
    const wait = this.flights.size === 0 ? this.roundTrip : 0;
    return Math.max(this.stall(now), wait + (this.due + bytes) / Math.max(rate, 1e-6));
  }

  /** Milliseconds until a piece that it was asked for is here, as it delivers now. */
  remaining(piece: number, now: number): number {
    const rate = this.meter.rate(now);
    const stall = this.stall(now);
    if (rate === null) return stall;
    return Math.max(stall, this.ahead(piece) / Math.max(rate, 1e-6));
  }

  /** Bytes due up to the end of a piece. */
  private ahead(piece: number): number {
    let ahead = 0;
    // Called very often: entries would be an array each.
    for (const other of this.flights.keys()) {
      ahead += this.flights.get(other) ?? 0;
      if (other === piece) break;
    }
    return ahead;
  }

  /** How much longer a silence is likely to last: as long as it has lasted, and again. */
  private stall(now: number): number {
    const silence = this.meter.silence(now);
    return silence > 2 * this.roundTrip + CALM ? 2 * silence : 0;
  }
}
