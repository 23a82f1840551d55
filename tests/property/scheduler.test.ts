import { expect, test } from "bun:test";
import { Bitmap } from "../../src/protocol/versions/bitmap.ts";
import { Demand } from "../../src/transfer/scheduling/demand.ts";
import { type Order, Scheduler } from "../../src/transfer/scheduling/scheduler.ts";
import { seeded } from "../simulation/world/agenda.ts";

/** Seeds to run; set REDES_SEED to see one again. */
const SEEDS = process.env.REDES_SEED
  ? [Number(process.env.REDES_SEED)]
  : Array.from({ length: Number(process.env.REDES_SEEDS ?? 150) }, (_, index) => index + 1);
const STEPS = 300;
const PIECE_BYTES = 1024 * 1024;
/** A source that has everything and does all that it is asked for: with it each download comes to its end. */
const LAST_SOURCE = 100;

/** What a source's connection still has to do for a piece: to send it, or to confirm that it is cancelled. */
type PendingAction = "send" | "confirm";

/**
 * A download whose sources do anything at any time: come, go, gain pieces, deliver, fail, are late to confirm. Checks
 * after each event that the scheduler is consistent, and that no order does harm.
 */
class RandomDownload {
  readonly scheduler: Scheduler;
  private now = 0;
  private readonly pieces: number;
  private readonly windowPieces: number | null;
  /** What readers want; null where all is fetched. */
  private readonly demand: Demand | null;
  private readonly pendingActions = new Map<number, Map<number, PendingAction>>();
  /** Pieces that a source was asked for alone, and has not given up. */
  private readonly exclusive = new Set<number>();
  private readonly unverified: Bitmap;
  private consumed = 0;

  constructor(private readonly random: () => number) {
    this.pieces = 1 + this.below(40);
    this.windowPieces = random() < 0.4 ? 2 + this.below(6) : null;
    this.demand = this.windowPieces === null && random() < 0.5 ? new Demand() : null;
    this.scheduler = new Scheduler({
      pieces: this.pieces,
      length: (piece) => (piece === this.pieces - 1 ? 77 : PIECE_BYTES),
      windowPieces: this.windowPieces,
      demand: this.demand ?? undefined,
      // Now and then too little for any piece to be kept in memory.
      memoryBytes: random() < 0.3 ? 0 : 6 * PIECE_BYTES,
    });
    const held = this.someBitmap(0.1);
    this.unverified = this.someBitmap(0.2).without(held);
    if (random() < 0.5) this.addSource(1);
    const ranges = 1 + this.below(4);
    this.event(() => this.scheduler.begin({ held, unverified: this.unverified, ranges, firstRange: this.below(4) }));
  }

  step(): void {
    this.now += this.below(2000);
    const source = 1 + this.below(5);
    const piece = this.below(this.pieces);
    switch (this.below(this.demand ? 13 : 10)) {
      case 0:
        return this.random() < 0.7 ? this.addSource(source) : this.removeSource(source);
      case 1:
        return this.event(() => this.scheduler.pieceAvailable(source, piece, this.now));
      case 2:
        return this.fail(source);
      case 3:
        return this.check(piece);
      case 4:
        return this.event(() => this.scheduler.setPartition({ parts: 1 + this.below(3), part: 0 }));
      case 5:
        return this.confirm(source);
      case 6:
      case 7:
        return this.deliver(source);
      case 10:
        return this.read(Array.from({ length: this.below(4) }, () => [this.below(this.pieces), this.below(9)]));
      case 11:
        return this.evict(piece);
      default:
        return this.request();
    }
  }

  /** Every source does what it has to, until the download is done. */
  finish(): void {
    for (let piece = 0; piece < this.pieces; piece++) this.check(piece);
    for (const source of [...this.pendingActions.keys()]) if (source !== LAST_SOURCE) this.removeSource(source);
    this.addSource(LAST_SOURCE, null);
    this.read([[0, this.pieces]]);
    for (let turn = 0; !this.isDone(); turn++) {
      if (turn > 10 * this.pieces) throw new Error("it never ends");
      this.now += 3000;
      this.consume(1);
      this.request();
      while (this.piecesPending(LAST_SOURCE, "send").length > 0) this.deliver(LAST_SOURCE);
    }
  }

  /** Whether all is here that is wanted. */
  isDone(): boolean {
    return this.demand ? this.scheduler.blocked : this.scheduler.done;
  }

  /** From here on readers want so many pieces from where they are. */
  private read(places: readonly (readonly number[])[]): void {
    const { demand } = this;
    if (!demand) return;
    demand.set(
      places.map(([start = 0, length = 0]) => ({ start, length })),
      this.pieces,
    );
    this.event(() => this.follow(this.scheduler.demandChanged(this.now)));
  }

  /** A held piece makes room for others, unless it may still be written. */
  private evict(piece: number): void {
    const written = [...this.pendingActions.values()].some((ofSource) => ofSource.has(piece));
    const { scheduler } = this;
    if (scheduler.has(piece)) this.event(() => expect(scheduler.evict(piece)).toBe(!written));
    else this.event(() => expect(scheduler.evict(piece)).toBe(false));
    if (!scheduler.has(piece)) this.unverified.add(piece);
  }

  private addSource(source: number, holds: Bitmap | null = this.random() < 0.5 ? null : this.someBitmap(0.4)): void {
    this.removeSource(source);
    this.pendingActions.set(source, new Map());
    this.event(() => this.scheduler.addSource(source, holds, this.below(100)));
  }

  private removeSource(source: number): void {
    for (const piece of this.piecesPending(source, "send")) this.exclusive.delete(piece);
    this.pendingActions.delete(source);
    this.event(() => this.scheduler.removeSource(source));
  }

  private deliver(source: number): void {
    const [piece] = this.piecesPending(source, "send");
    if (piece === undefined) return;
    const bytes = this.below(PIECE_BYTES);
    this.event(() => this.scheduler.bytesReceived(source, piece, bytes, this.now));
    this.pendingActions.get(source)?.delete(piece);
    this.exclusive.delete(piece);
    this.event(() => this.follow(this.scheduler.pieceVerified(source, piece, this.now)));
    expect(this.scheduler.has(piece)).toBe(true);
    this.consume(this.random());
  }

  /** The reader takes what is ready, or only some of it. */
  private consume(greed: number): void {
    while (this.consumed < this.pieces && this.scheduler.has(this.consumed) && this.random() < greed)
      this.consumed += 1;
    if (this.windowPieces !== null) this.event(() => this.scheduler.consumed(this.consumed));
  }

  private fail(source: number): void {
    const [piece] = this.piecesPending(source, "send");
    if (piece === undefined) return;
    this.pendingActions.get(source)?.delete(piece);
    this.exclusive.delete(piece);
    this.event(() => this.scheduler.requestFailed(source, piece, this.now));
  }

  /** A connection says that it writes nothing of a cancelled piece any more, or has delivered it after all. */
  private confirm(source: number): void {
    const [piece] = this.piecesPending(source, "confirm");
    if (piece === undefined) return;
    this.pendingActions.get(source)?.delete(piece);
    if (this.random() < 0.5) this.event(() => this.scheduler.cancelConfirmed(source, piece));
    else this.event(() => this.deliveredAfterAll(source, piece));
  }

  private deliveredAfterAll(source: number, piece: number): void {
    const orders = this.scheduler.pieceVerified(source, piece, this.now);
    // Where readers have gone and come again, others may be asked for it meanwhile.
    if (this.demand) this.follow(orders);
    else expect(orders).toEqual([]);
  }

  private check(piece: number): void {
    if (this.unverified.has(piece)) this.event(() => this.scheduler.pieceChecked(piece, this.random() < 0.5));
  }

  private request(): void {
    this.event(() => this.follow(this.scheduler.next(this.now)));
  }

  private follow(orders: readonly Order[]): void {
    for (const order of orders) {
      const { source, piece } = order;
      if (order.kind === "cancel") {
        expect(this.pendingActions.get(source)?.get(piece)).toBe("send");
        if (!this.scheduler.has(piece)) expect(this.demand?.wants(piece)).toBe(false);
        this.pendingActions.get(source)?.set(piece, "confirm");
        continue;
      }
      expect(this.scheduler.has(piece)).toBe(false);
      expect(this.demand?.wants(piece) ?? true).toBe(true);
      expect(this.pendingActions.get(source)?.has(piece)).toBe(false);
      expect(this.exclusive.has(piece)).toBe(false);
      expect(this.placeIsFree(piece)).toBe(true);
      this.pendingActions.get(source)?.set(piece, "send");
      if (!order.inMemory) this.exclusive.add(piece);
    }
  }

  /** Whether nobody may still write another piece to the place of this one in the ring. */
  private placeIsFree(piece: number): boolean {
    const { windowPieces } = this;
    if (windowPieces === null) return true;
    if (piece >= this.consumed + windowPieces) return false;
    const others = [...this.pendingActions.values()].flatMap((ofSource) => [...ofSource.keys()]);
    return others.every((other) => other === piece || other % windowPieces !== piece % windowPieces);
  }

  private event(run: () => void): void {
    run();
    this.scheduler.assertConsistent();
  }

  private piecesPending(source: number, action: PendingAction): number[] {
    const all = [...(this.pendingActions.get(source) ?? [])];
    return all.filter(([, its]) => its === action).map(([piece]) => piece);
  }

  private someBitmap(part: number): Bitmap {
    const bitmap = new Bitmap(this.pieces);
    for (let piece = 0; piece < this.pieces; piece++) if (this.random() < part) bitmap.add(piece);
    return bitmap;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

test("the scheduler is consistent after each event, orders no harm, and every download ends", () => {
  for (const seed of SEEDS) {
    const download = new RandomDownload(seeded(seed));
    try {
      for (let step = 0; step < STEPS; step++) download.step();
      download.finish();
    } catch (error) {
      throw new Error(`with REDES_SEED=${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
    expect(download.isDone()).toBe(true);
  }
}, 60_000);
