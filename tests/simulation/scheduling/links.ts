import { Bitmap } from "../../../src/protocol/versions/bitmap.ts";
import type { Demand } from "../../../src/transfer/scheduling/demand.ts";
import { type Order, Scheduler } from "../../../src/transfer/scheduling/scheduler.ts";
import { Agenda, seeded } from "../world/agenda.ts";
import { idealTime, isAway, type LinkPlan, rateAt } from "./link-plan.ts";

export type { LinkPlan } from "./link-plan.ts";

export interface Mix {
  readonly pieces: number;
  readonly pieceBytes: number;
  readonly links: readonly LinkPlan[];
  readonly window?: number;
}

export interface Outcome {
  /** Milliseconds until the last piece. */
  readonly finish: number;
  /** Milliseconds that the links would have needed had every bit of them been used. */
  readonly ideal: number;
  readonly ratio: number;
  /** Bytes received beyond those of the file, as a part of the file. */
  readonly duplicates: number;
  /** Bytes that came over each link. */
  readonly bytes: readonly number[];
}

/** Milliseconds between two checks of the download on its sources. */
const TICK = 100;
/** Bytes that a server has sent before a cancellation reaches it. */
const BLOCK = 512 * 1024;
/** Simulated milliseconds after which a download that has not ended is stuck. */
const FOREVER = 24 * 3600 * 1000;

interface Request {
  readonly piece: number;
  sent: number;
  cancelled: boolean;
}

/** A server and the line to it: sends what was asked for in order, at the rate that the plan says. */
class Link {
  bytes = 0;
  private queue: Request[] = [];
  private busy = false;
  /** Changes with each connection: what is on its way from an earlier one is lost. */
  private life = 0;
  private lastArrival = 0;

  constructor(
    readonly id: number,
    readonly plan: LinkPlan,
    private readonly simulation: Simulation,
  ) {}

  connect(): void {
    this.life += 1;
    this.simulation.attach(this, this.plan.roundTrip);
  }

  disconnect(): void {
    this.life += 1;
    this.queue = [];
    this.busy = false;
    this.simulation.scheduler.removeSource(this.id);
  }

  order(order: Order): void {
    const { life } = this;
    this.simulation.after(this.plan.roundTrip / 2, () => {
      if (life !== this.life) return;
      if (order.kind === "fetch") {
        this.queue.push({ piece: order.piece, sent: 0, cancelled: false });
        if (!this.busy) this.send();
      } else {
        const request = this.queue.find(({ piece, cancelled }) => piece === order.piece && !cancelled);
        if (request) request.cancelled = true;
      }
    });
  }

  private send(): void {
    const { pieceBytes } = this.simulation.mix;
    // A block that is on its way goes out whole.
    while (this.queue[0]?.cancelled && this.queue[0].sent % BLOCK === 0) this.queue.shift();
    const request = this.queue[0];
    this.busy = request !== undefined;
    if (!request) return;
    const { life } = this;
    const rate = rateAt(this.plan, this.simulation.now);
    if (rate === 0) {
      const next = this.plan.rates.find(({ from, rate }) => from > this.simulation.now && rate > 0);
      if (next) this.simulation.after(next.from - this.simulation.now, () => life === this.life && this.send());
      return;
    }
    const room = Math.min(pieceBytes - request.sent, BLOCK - (request.sent % BLOCK));
    const chunk = Math.min(room, Math.max(1460, Math.round(rate * 10)));
    this.simulation.after(chunk / rate, () => {
      if (life !== this.life) return;
      request.sent += chunk;
      const last = request.sent === pieceBytes;
      const { cancelled } = request;
      if (last) this.queue.shift();
      const late = this.plan.roundTrip / 2 + this.plan.jitter * this.simulation.random();
      this.lastArrival = Math.max(this.lastArrival, this.simulation.now + late);
      this.simulation.at(this.lastArrival, () => {
        if (life === this.life) this.arrive(request.piece, chunk, last && !cancelled);
      });
      this.send();
    });
  }

  private arrive(piece: number, chunk: number, whole: boolean): void {
    this.bytes += chunk;
    this.simulation.received(this, piece, chunk, whole);
  }
}

/** Those who read the file of a simulated download while it comes. */
export interface Reading {
  readonly demand: Demand;
  /** Whether all have read what they want. */
  readonly finished: boolean;
  /** A piece has come. */
  arrived(piece: number): void;
}

export class Simulation {
  now = 0;
  readonly scheduler: Scheduler;
  readonly links: Link[];
  private readonly agenda = new Agenda();
  /** Pieces that are asked of each link and not cancelled: a connection knows nothing of others. */
  private readonly asked: Set<number>[];
  private consumed = 0;

  constructor(
    readonly mix: Mix,
    readonly random: () => number,
    /** Whether to check the scheduler's invariants after each event, which takes ten times as long. */
    private readonly checked: boolean,
    /** For whom alone pieces are fetched; null: all are. */
    private readonly reading: Reading | null = null,
  ) {
    const { pieces, pieceBytes, links, window } = mix;
    this.scheduler = new Scheduler({
      pieces,
      length: () => pieceBytes,
      windowPieces: window ?? null,
      demand: reading?.demand,
      memoryBytes: Number.POSITIVE_INFINITY,
    });
    const none = new Bitmap(pieces);
    this.scheduler.begin({ held: none, unverified: none, ranges: links.length, firstRange: 0 });
    this.links = links.map((plan, id) => new Link(id, plan, this));
    this.asked = links.map(() => new Set());
  }

  at(time: number, run: () => void): void {
    this.agenda.add(time, run);
  }

  after(delay: number, run: () => void): void {
    this.agenda.add(this.now + delay, run);
  }

  attach(link: Link, roundTrip: number): void {
    this.asked[link.id]?.clear();
    const { partial } = link.plan;
    let holds: Bitmap | null = null;
    if (partial) {
      holds = new Bitmap(this.mix.pieces);
      const have = Math.min(this.mix.pieces, partial.first + Math.floor(this.now / partial.every));
      for (let piece = 0; piece < have; piece++) holds.add(piece);
    }
    this.scheduler.addSource(link.id, holds, roundTrip);
    this.drive();
  }

  received(link: Link, piece: number, bytes: number, whole: boolean): void {
    const mine = this.asked[link.id]?.has(piece) ?? false;
    this.scheduler.bytesReceived(link.id, mine ? piece : -1, bytes, this.now);
    if (whole && mine && !this.scheduler.has(piece)) {
      this.asked[link.id]?.delete(piece);
      this.give(this.scheduler.pieceVerified(link.id, piece, this.now));
      if (this.mix.window !== undefined) {
        while (this.scheduler.has(this.consumed) && this.consumed < this.mix.pieces) this.consumed += 1;
        this.scheduler.consumed(this.consumed);
      }
      this.reading?.arrived(piece);
    }
    this.drive();
  }

  /** The readers want other pieces now. */
  demandChanged(): void {
    this.give(this.scheduler.demandChanged(this.now));
    this.drive();
  }

  run(): Outcome {
    for (const link of this.links) this.plan(link);
    this.tick();
    while (!(this.reading?.finished ?? this.scheduler.done)) {
      const event = this.agenda.next();
      if (!event || event.at > FOREVER) throw new Error(`it is stuck after ${Math.round(this.now)} ms`);
      this.now = event.at;
      event.run?.();
      if (this.checked) this.scheduler.assertConsistent();
    }
    this.scheduler.assertConsistent();
    const size = this.mix.pieces * this.mix.pieceBytes;
    const bytes = this.links.map((link) => link.bytes);
    const ideal = idealTime(size, this.mix.links);
    const duplicates = bytes.reduce((sum, some) => sum + some, 0) / size - 1;
    return { finish: this.now, ideal, ratio: this.now / ideal, duplicates, bytes };
  }

  private plan(link: Link): void {
    const { plan } = link;
    if (!isAway(plan, 0)) this.at(0, () => link.connect());
    for (const { from, to } of plan.away) {
      if (from > 0) this.at(from, () => link.disconnect());
      if (Number.isFinite(to)) this.at(to, () => link.connect());
    }
    if (plan.partial) this.gain(link, plan.partial, plan.partial.first);
  }

  private gain(link: Link, partial: { readonly first: number; readonly every: number }, piece: number): void {
    if (piece >= this.mix.pieces) return;
    this.at((piece - partial.first + 1) * partial.every, () => {
      this.scheduler.pieceAvailable(link.id, piece, this.now);
      this.drive();
      this.gain(link, partial, piece + 1);
    });
  }

  private tick(): void {
    this.drive();
    this.after(TICK, () => this.tick());
  }

  private drive(): void {
    this.give(this.scheduler.next(this.now));
  }

  private give(orders: readonly Order[]): void {
    for (const order of orders) {
      const asked = this.asked[order.source];
      if (order.kind === "fetch") {
        asked?.add(order.piece);
      } else {
        asked?.delete(order.piece);
        // The connection is on this machine: it confirms at once.
        this.scheduler.cancelConfirmed(order.source, order.piece);
      }
      this.links[order.source]?.order(order);
    }
  }
}

/** Downloads once over these links. Throws when the download gets stuck, or the scheduler is inconsistent. */
export function simulate(mix: Mix, seed: number, checked = true): Outcome {
  return new Simulation(mix, seeded(seed), checked).run();
}

/** Bytes for each millisecond of a line of so many Mbit/s. */
export function mbit(rate: number): number {
  return (rate * 1e6) / 8 / 1000;
}

/** A link that stays as it is. */
export function steady(rate: number, roundTrip = 10, jitter = 2): LinkPlan {
  return { roundTrip, jitter, rates: [{ from: 0, rate }], away: [] };
}
