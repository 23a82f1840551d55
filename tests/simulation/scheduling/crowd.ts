import { Bitmap } from "../../../src/protocol/versions/bitmap.ts";
import { ProcessPauses, TICK_INTERVAL_MS } from "../../../src/transfer/process-pauses.ts";
import { type Order, Scheduler } from "../../../src/transfer/scheduling/scheduler.ts";
import { Agenda, seeded } from "../world/agenda.ts";

/** Many who download the same file from the same sources at once, on a machine that has too few processors for them. */
export interface CrowdPlan {
  readonly clients: number;
  readonly pieces: number;
  readonly pieceBytes: number;
  /** Bytes for each millisecond that each source has for all. */
  readonly rates: readonly number[];
  /** Most milliseconds for which a client does not get to look at what has come. */
  readonly unattended: number;
  /** Most milliseconds between the beginnings of two clients. */
  readonly begins: number;
  /** Most milliseconds that a client believes to be away from a source. */
  readonly roundTrip: number;
  /** When the first of the sources stops to send anything; absent: never. */
  readonly freezes?: number;
}

export interface CrowdOutcome {
  /** Milliseconds until each client has all. */
  readonly finishes: readonly number[];
  /** Bytes that came beyond those of the files, as a part of the files. */
  readonly duplicates: number;
}

/** Bytes of one session that wait to be read before its source sends it no more. */
const SOCKET_BYTES = 2.5 * 1024 * 1024;
/** Bytes that a source hands to one session before the next one has its turn. */
const TURN_BYTES = 256 * 1024;
/** Simulated milliseconds after which a download that has not ended is stuck. */
const FOREVER = 3600 * 1000;

interface Chunk {
  readonly source: number;
  readonly piece: number;
  readonly bytes: number;
  readonly whole: boolean;
}

/** What one client has asked one source for. */
class Session {
  readonly queue: { readonly piece: number; left: number }[] = [];
  unread = 0;

  constructor(readonly client: Client) {}

  get isServed(): boolean {
    return this.queue.length > 0 && this.unread + TURN_BYTES <= SOCKET_BYTES;
  }
}

/** Gives all of its sessions what they ask for, in turn. */
class SharedSource {
  readonly sessions: Session[] = [];
  private turn = 0;
  private busy = false;

  constructor(
    readonly id: number,
    private readonly rate: number,
    private readonly crowd: Crowd,
  ) {}

  wake(): void {
    if (this.busy || this.isFrozen) return;
    const waiting = this.sessions.map((_, index) => (this.turn + index) % this.sessions.length);
    const index = waiting.find((place) => this.sessions[place]?.isServed);
    const session = index === undefined ? undefined : this.sessions[index];
    const request = session?.queue[0];
    if (index === undefined || !session || !request) return;
    this.turn = index + 1;
    const bytes = Math.min(TURN_BYTES, request.left);
    this.busy = true;
    session.unread += bytes;
    this.crowd.after(bytes / this.rate, () => {
      this.busy = false;
      request.left -= bytes;
      const whole = request.left === 0;
      if (whole && session.queue[0] === request) session.queue.shift();
      session.client.inbox.push({ source: this.id, piece: request.piece, bytes, whole });
      this.wake();
    });
  }

  private get isFrozen(): boolean {
    return this.id === 0 && this.crowd.now >= (this.crowd.plan.freezes ?? FOREVER);
  }
}

/** One download: its scheduler, driven as `Download` drives it, whenever the machine has time for it. */
class Client {
  readonly inbox: Chunk[] = [];
  readonly scheduler: Scheduler;
  received = 0;
  finish: number | null = null;
  private readonly sessions: readonly Session[];
  private readonly asked: readonly Set<number>[];
  private readonly pauses: ProcessPauses;
  private tickAt: number;

  constructor(
    private readonly crowd: Crowd,
    private readonly sources: readonly SharedSource[],
    /** Whether its scheduler is checked after each event: to check all of a hundred takes twenty times as long as all the rest. */
    private readonly checked: boolean,
  ) {
    const { pieces, pieceBytes, roundTrip } = crowd.plan;
    this.scheduler = new Scheduler({
      pieces,
      length: () => pieceBytes,
      windowPieces: null,
      memoryBytes: Number.POSITIVE_INFINITY,
    });
    const none = new Bitmap(pieces);
    this.scheduler.begin({ held: none, unverified: none, ranges: sources.length, firstRange: 0 });
    this.sessions = sources.map(() => new Session(this));
    this.asked = sources.map(() => new Set());
    this.pauses = new ProcessPauses(crowd.now);
    this.tickAt = crowd.now + TICK_INTERVAL_MS;
    for (const [index, source] of sources.entries()) {
      source.sessions.push(this.sessions[index] as Session);
      this.scheduler.addSource(source.id, null, roundTrip * crowd.random());
    }
    this.request();
  }

  /** It has a processor for a moment. */
  look(): void {
    const { now } = this.crowd;
    if (now >= this.tickAt) {
      this.scheduler.processPaused(this.pauses.lateBy(now), now);
      this.pauses.tick(now);
      this.tickAt = now + TICK_INTERVAL_MS;
      this.request();
    }
    for (const chunk of this.inbox.splice(0)) this.take(chunk);
    for (const source of this.sources) source.wake();
    if (this.checked) this.scheduler.assertConsistent();
  }

  private take({ source, piece, bytes, whole }: Chunk): void {
    const { now } = this.crowd;
    const session = this.sessions[source];
    if (session) session.unread -= bytes;
    this.received += bytes;
    const mine = this.asked[source]?.has(piece) ?? false;
    this.scheduler.bytesReceived(source, mine ? piece : -1, bytes, now);
    if (whole && mine) {
      this.asked[source]?.delete(piece);
      this.give(this.scheduler.pieceVerified(source, piece, now));
    }
    if (this.scheduler.done) this.finish ??= now;
    else this.request();
  }

  private request(): void {
    const { now } = this.crowd;
    this.give(this.scheduler.next(now, this.pauses.lateBy(now) === 0));
  }

  private give(orders: readonly Order[]): void {
    for (const { kind, source, piece } of orders) {
      const queue = this.sessions[source]?.queue;
      if (kind === "fetch") {
        this.asked[source]?.add(piece);
        queue?.push({ piece, left: this.crowd.plan.pieceBytes });
      } else {
        this.asked[source]?.delete(piece);
        const place = queue?.findIndex((request) => request.piece === piece) ?? -1;
        // What is being sent goes out whole.
        if (place > 0) queue?.splice(place, 1);
        this.scheduler.cancelConfirmed(source, piece);
      }
      this.sources[source]?.wake();
    }
  }
}

class Crowd {
  now = 0;
  private readonly agenda = new Agenda();

  constructor(
    readonly plan: CrowdPlan,
    readonly random: () => number,
  ) {}

  after(delay: number, run: () => void): void {
    this.agenda.add(this.now + delay, run);
  }

  run(): CrowdOutcome {
    const { clients: count, rates, pieces, pieceBytes, begins, unattended } = this.plan;
    const sources = rates.map((rate, id) => new SharedSource(id, rate, this));
    const clients: Client[] = [];
    const attend = (client: Client): void => {
      client.look();
      if (client.finish === null) this.after(1 + unattended * this.random(), () => attend(client));
    };
    for (let number = 0; number < count; number++) {
      this.after(begins * this.random(), () => {
        const client = new Client(this, sources, clients.length === 0);
        clients.push(client);
        attend(client);
      });
    }
    while (clients.length < count || clients.some(({ finish }) => finish === null)) {
      const event = this.agenda.next();
      if (!event || event.at > FOREVER) throw new Error(`the crowd is stuck after ${Math.round(this.now)} ms`);
      this.now = event.at;
      event.run?.();
    }
    const received = clients.reduce((sum, client) => sum + client.received, 0);
    return {
      finishes: clients.map(({ finish }) => finish ?? FOREVER),
      duplicates: received / (count * pieces * pieceBytes) - 1,
    };
  }
}

/** Throws when a download gets stuck, or the scheduler of the first to come is inconsistent after an event. */
export function simulateCrowd(plan: CrowdPlan, seed: number): CrowdOutcome {
  return new Crowd(plan, seeded(seed)).run();
}
