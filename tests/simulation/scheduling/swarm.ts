import { Bitmap } from "../../../src/protocol/versions/bitmap.ts";
import { mayStartLargeCopy } from "../../../src/secondary/replication/large/large-copier.ts";
import { type Order, Scheduler } from "../../../src/transfer/scheduling/scheduler.ts";
import { Agenda, seeded } from "../world/agenda.ts";

/** Secondaries that copy files from each other. Times in milliseconds, rates in bytes for each millisecond. */
export interface SwarmPlan {
  /** What each secondary sends and receives at most; the first `full` have every file, the others none. */
  readonly hosts: readonly { readonly up: number; readonly down: number }[];
  readonly full: number;
  readonly files: number;
  readonly pieces: number;
  readonly pieceBytes: number;
  readonly roundTrip: number;
  /** Most milliseconds that a secondary begins later than another, at random. */
  readonly stagger: number;
  /** A secondary that is gone from a moment on, or does nothing any more although it stays connected. */
  readonly fate?: { readonly host: number; readonly at: number; readonly kind: "gone" | "frozen" };
}

export interface SwarmOutcome {
  /** Milliseconds until each secondary has everything; without the one that had a fate. */
  readonly finishes: readonly number[];
  /** Copies of everything that each secondary has sent and received. */
  readonly sent: readonly number[];
  readonly received: readonly number[];
}

/** Milliseconds between two checks of a copy on its sources. */
const TICK = 100;
/** Bytes that go out at once. */
const CHUNK = 64 * 1024;
/** Bytes of one connection that may be on their way. */
const FLIGHT = 2 * 1024 * 1024;
/** Simulated milliseconds after which a swarm that has not ended is stuck. */
const FOREVER = 3600 * 1000;

/** The sending end of a copy's connection to a secondary: requests are answered in order. */
interface Connection {
  readonly copy: Copy;
  readonly server: Host;
  readonly queue: { piece: number; sent: number }[];
  onTheWay: number;
}

/** One file on its way to one secondary. */
class Copy {
  readonly have: Bitmap;
  readonly scheduler: Scheduler;
  readonly connections = new Map<number, Connection>();

  constructor(
    readonly swarm: Swarm,
    readonly host: Host,
    readonly file: number,
  ) {
    const { pieces, pieceBytes, hosts, full } = swarm.plan;
    this.have = new Bitmap(pieces);
    this.scheduler = new Scheduler({
      pieces,
      length: () => pieceBytes,
      windowPieces: null,
      memoryBytes: Number.POSITIVE_INFINITY,
    });
    const none = new Bitmap(pieces);
    const copies = hosts.length - full;
    this.scheduler.begin({ held: none, unverified: none, ranges: copies, firstRange: host.id - full });
    this.scheduler.setPartition({ parts: hosts.length - full, part: (host.id - full + file) % (hosts.length - full) });
  }

  connect(server: Host): void {
    const { swarm } = this;
    if (this.connections.has(server.id) || !server.offers(this.file)) return;
    this.connections.set(server.id, { copy: this, server, queue: [], onTheWay: 0 });
    swarm.after(swarm.plan.roundTrip, () => {
      if (!this.connections.has(server.id)) return;
      this.scheduler.addSource(server.id, server.bitmap(this.file), swarm.plan.roundTrip);
      this.drive();
    });
  }

  /** A connection is over. */
  lost(server: Host): void {
    if (this.connections.delete(server.id)) this.scheduler.removeSource(server.id);
  }

  /** Another secondary has a piece that may be asked of it. */
  told(server: Host, piece: number): void {
    this.scheduler.pieceAvailable(server.id, piece, this.swarm.now);
    this.drive();
  }

  arrived(server: Host, piece: number, bytes: number, whole: boolean): void {
    const { scheduler, swarm } = this;
    if (!this.connections.has(server.id) || this.host.stopped) return;
    scheduler.bytesReceived(server.id, piece, bytes, swarm.now);
    if (whole && !scheduler.has(piece)) {
      this.give(scheduler.pieceVerified(server.id, piece, swarm.now));
      this.have.add(piece);
      this.host.gained(this.file, piece);
    }
    this.drive(whole);
  }

  /** `changed`: whether pieces or sources have changed, not rates alone. One host's copies are checked after these, too: all take longer than all the rest. */
  drive(changed = true): void {
    const orders = this.scheduler.done ? [] : this.scheduler.next(this.swarm.now);
    this.give(orders);
    if (changed || orders.length > 0 || this.host.id === this.swarm.plan.full) this.scheduler.assertConsistent();
  }

  private give(orders: readonly Order[]): void {
    const { swarm } = this;
    for (const { kind, source, piece } of orders) {
      const connection = this.connections.get(source);
      if (!connection) continue;
      swarm.after(swarm.plan.roundTrip / 2, () => {
        const place = connection.queue.findIndex((waiting) => waiting.piece === piece);
        if (kind === "fetch") connection.queue.push({ piece, sent: 0 });
        else if (place >= 0) connection.queue.splice(place, 1);
        connection.server.send();
      });
    }
  }
}

/** A secondary behind its own link, which its connections share evenly. */
class Host {
  sent = 0;
  received = 0;
  finish = 0;
  readonly copies = new Map<number, Copy>();
  private readonly connections: Connection[] = [];
  private waiting: number[] = [];
  private sending = false;
  stopped = false;
  /** Until when the downlink is taken. */
  private taken = 0;

  constructor(
    private readonly swarm: Swarm,
    readonly id: number,
    private readonly full: boolean,
  ) {
    if (!full) this.waiting = Array.from({ length: swarm.plan.files }, (_, file) => file);
  }

  /** It stops in the middle: it sends and receives no more. When it is `gone`, its connections are over, too. */
  stop(gone: boolean): void {
    this.stopped = true;
    this.waiting = [];
    if (!gone) return;
    for (const { connections } of this.copies.values()) connections.clear();
    this.copies.clear();
    for (const other of this.swarm.others(this)) for (const copy of other.copies.values()) copy.lost(this);
  }

  /** Whether it has a file or works on it. */
  offers(file: number): boolean {
    return this.full || this.copies.has(file);
  }

  /** What it has of a file; null: everything. */
  bitmap(file: number): Bitmap | null {
    const { pieces } = this.swarm.plan;
    const have = this.copies.get(file)?.have;
    return have && !have.full ? Bitmap.from(pieces, have.toBytes()) : null;
  }

  /** Works on the next files. */
  begin(): void {
    const active = [...this.copies.values()].filter(({ scheduler }) => !scheduler.done);
    if (active.length === 0 && this.waiting.length === 0) this.finish = this.swarm.now;
    const { pieces, pieceBytes } = this.swarm.plan;
    const left = active.map(({ have }) => (pieces - have.size) * pieceBytes);
    while (mayStartLargeCopy(left)) {
      const file = this.waiting.shift();
      if (file === undefined) break;
      left.push(pieces * pieceBytes);
      const copy = new Copy(this.swarm, this, file);
      this.copies.set(file, copy);
      for (const other of this.swarm.others(this)) {
        copy.connect(other);
        // Those who work on it already have been waiting for this one.
        const theirs = other.copies.get(file);
        if (theirs && !theirs.scheduler.done) theirs.connect(this);
      }
      this.tick(copy);
    }
  }

  gained(file: number, piece: number): void {
    for (const other of this.swarm.others(this)) {
      const copy = other.copies.get(file);
      if (!copy || copy.scheduler.done) continue;
      this.swarm.after(this.swarm.plan.roundTrip / 2, () => copy.told(this, piece));
    }
    this.begin();
  }

  /** Sends one chunk of the connection whose turn it is, and so on. */
  send(): void {
    if (this.sending || this.stopped) return;
    for (const connection of this.swarm.connectionsTo(this))
      if (!this.connections.includes(connection)) this.connections.push(connection);
    const turn = this.connections.findIndex(({ queue, onTheWay }) => queue.length > 0 && onTheWay < FLIGHT);
    const [connection] = turn < 0 ? [] : this.connections.splice(turn, 1);
    const request = connection?.queue[0];
    if (!connection || !request) return;
    this.connections.push(connection);
    this.sending = true;
    const { swarm } = this;
    const { pieceBytes } = swarm.plan;
    const chunk = Math.min(CHUNK, pieceBytes - request.sent);
    request.sent += chunk;
    connection.onTheWay += chunk;
    const whole = request.sent === pieceBytes;
    if (whole) connection.queue.shift();
    swarm.after(chunk / (swarm.plan.hosts[this.id]?.up ?? 1), () => {
      this.sending = false;
      this.sent += chunk;
      connection.copy.host.take(chunk, () => {
        connection.copy.arrived(this, request.piece, chunk, whole);
        swarm.after(swarm.plan.roundTrip / 2, () => {
          connection.onTheWay -= chunk;
          this.send();
        });
      });
      this.send();
    });
  }

  /** Bytes come over the downlink, after those that came before. */
  private take(bytes: number, run: () => void): void {
    const { swarm } = this;
    if (this.stopped) return;
    this.received += bytes;
    this.taken = Math.max(this.taken, swarm.now) + bytes / (swarm.plan.hosts[this.id]?.down ?? 1);
    swarm.after(this.taken - swarm.now + (swarm.plan.roundTrip / 2) * (0.9 + 0.2 * swarm.random()), run);
  }

  private tick(copy: Copy): void {
    if (this.stopped) return;
    copy.drive();
    if (!copy.scheduler.done) this.swarm.after(TICK, () => this.tick(copy));
  }
}

class Swarm {
  now = 0;
  readonly hosts: Host[];
  private readonly agenda = new Agenda();

  constructor(
    readonly plan: SwarmPlan,
    readonly random: () => number,
  ) {
    this.hosts = plan.hosts.map((_, id) => new Host(this, id, id < plan.full));
  }

  after(delay: number, run: () => void): void {
    this.agenda.add(this.now + delay, run);
  }

  others(host: Host): Host[] {
    return this.hosts.filter((other) => other !== host);
  }

  connectionsTo(host: Host): Connection[] {
    return this.hosts.flatMap(({ copies }) =>
      [...copies.values()].flatMap((copy) => copy.connections.get(host.id) ?? []),
    );
  }

  run(): SwarmOutcome {
    const { plan } = this;
    const empty = this.hosts.slice(plan.full);
    const { fate } = plan;
    if (fate) this.after(fate.at, () => this.hosts[fate.host]?.stop(fate.kind === "gone"));
    const lasting = empty.filter(({ id }) => id !== fate?.host);
    for (const host of empty) this.after(plan.stagger * this.random(), () => host.begin());
    while (lasting.some(({ finish }) => finish === 0)) {
      const event = this.agenda.next();
      if (!event || event.at > FOREVER) throw new Error(`it is stuck after ${Math.round(this.now)} ms`);
      this.now = event.at;
      event.run?.();
    }
    const all = plan.files * plan.pieces * plan.pieceBytes;
    return {
      finishes: lasting.map(({ finish }) => finish),
      sent: this.hosts.map(({ sent }) => sent / all),
      received: this.hosts.map(({ received }) => received / all),
    };
  }
}

/** Lets all secondaries copy all files. Throws when one gets stuck. */
export function simulateSwarm(plan: SwarmPlan, seed: number): SwarmOutcome {
  return new Swarm(plan, seeded(seed)).run();
}
