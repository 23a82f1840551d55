import { readSync } from "node:fs";
import { type Address, formatAddress } from "../../src/net/address/address.ts";
import {
  ConnectError,
  type FileSlice,
  ListenError,
  type Listener,
  type Network,
  type Peer,
  type Socket,
  type SocketEvents,
} from "../../src/net/transport/network.ts";
import type { FakeClock } from "./fake-clock.ts";

/** How a line behaves. Times in milliseconds. */
export interface LineOptions {
  /** From one end to the other. */
  readonly latency: number;
  /** Bytes for each millisecond, in each direction. */
  readonly rate: number;
  /** Bytes that an end takes before the network has carried them away. */
  readonly buffer: number;
  /** Most bytes that arrive at once. */
  readonly chunk: number;
}

const PERFECT: LineOptions = { latency: 1, rate: Number.POSITIVE_INFINITY, buffer: 1024 * 1024, chunk: 512 * 1024 };

/** `open`; `ending`: it sends no more, what it sent is on its way; `over`. */
type EndState = "open" | "ending" | "over";

/** One end of a connection. */
class End implements Socket {
  state: EndState = "open";
  peer: End | null = null;
  events: SocketEvents | null = null;
  /** Written and not carried away yet. */
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  /** Whether somebody was told that not all was taken. */
  private full = false;
  private carrying = false;
  /** What has come while nothing is read; null: it is read at once. */
  private unread: Uint8Array[] | null = null;

  constructor(
    private readonly network: FakeNetwork,
    readonly line: Connection,
    readonly remoteHost: string,
    readonly remotePeer: Peer | null,
  ) {}

  write(bytes: Uint8Array): number {
    if (this.state !== "open") return 0;
    const taken = Math.min(bytes.length, this.line.options.buffer - this.waitingBytes);
    if (taken < bytes.length) this.full = true;
    if (taken <= 0) return 0;
    this.waiting.push(bytes.slice(0, taken));
    this.waitingBytes += taken;
    this.carry();
    return taken;
  }

  writeFile({ fd, position, length }: FileSlice): number {
    const bytes = new Uint8Array(length);
    if (readSync(fd, bytes, 0, length, position) < length) throw new Error("it has become shorter");
    return this.write(bytes);
  }

  pause(): void {
    this.unread ??= [];
  }

  resume(): void {
    const { unread } = this;
    this.unread = null;
    for (const bytes of unread ?? []) this.arrived(bytes);
  }

  shutdown(): void {
    if (this.state !== "open") return;
    this.state = "ending";
    if (this.waitingBytes === 0) this.finish();
  }

  destroy(): void {
    if (this.state === "over") return;
    this.close(null);
    const { peer } = this;
    this.network.after(this.line.options.latency, () => peer?.close(null));
  }

  /** Tells the owner that it is over. */
  close(error: Error | null): void {
    if (this.state === "over") return;
    this.state = "over";
    this.waiting = [];
    this.waitingBytes = 0;
    const { events } = this;
    this.events = null;
    events?.closed(error);
  }

  /** The frozen line goes on. */
  thaw(): void {
    this.carry();
  }

  private carry(): void {
    if (this.carrying || this.line.frozen || this.waitingBytes === 0) return;
    this.carrying = true;
    const { rate, latency, chunk } = this.line.options;
    const bytes = this.take(Math.min(chunk, this.waitingBytes));
    this.network.after(bytes.length / rate, () => {
      this.carrying = false;
      if (this.line.broken) return;
      const { peer } = this;
      this.network.after(latency, () => peer?.arrived(bytes));
      if (this.state === "over") return;
      this.waitingBytes -= bytes.length;
      if (this.state === "ending" && this.waitingBytes === 0) this.finish();
      this.carry();
      if (this.full && this.state === "open") {
        this.full = false;
        this.events?.drained();
      } else if (this.full) {
        this.full = false;
      }
    });
  }

  private take(length: number): Uint8Array {
    const first = this.waiting[0];
    if (!first) return new Uint8Array(0);
    if (first.length <= length) {
      this.waiting.shift();
      return first;
    }
    this.waiting[0] = first.subarray(length);
    return first.subarray(0, length);
  }

  private arrived(bytes: Uint8Array): void {
    if (this.state === "over" || this.line.broken) return;
    if (this.line.frozen) return this.line.keep(() => this.arrived(bytes));
    if (this.unread) this.unread.push(bytes);
    else this.events?.data(bytes);
  }

  /** All that was sent has left: the other end learns that nothing more comes, and ends, as Bun's sockets do. */
  private finish(): void {
    const { peer } = this;
    this.network.after(this.line.options.latency, () => peer?.ended());
  }

  private ended(): void {
    if (this.state === "over" || this.line.broken || this.line.frozen) return;
    const { peer } = this;
    this.close(null);
    this.network.after(this.line.options.latency, () => peer?.close(null));
  }
}

/** A connection as a test sees it. */
export class Connection {
  frozen = false;
  broken = false;
  private kept: (() => void)[] = [];

  constructor(
    private readonly ends: () => readonly [End, End],
    public options: LineOptions,
    readonly address: Address,
  ) {}

  /** Both ends hear that it broke. */
  break(message = "connection reset by peer"): void {
    this.broken = true;
    for (const end of this.ends()) end.close(new Error(message));
  }

  /** Nothing comes through any more, and no end is notified. */
  freeze(): void {
    this.frozen = true;
  }

  thaw(): void {
    this.frozen = false;
    for (const run of this.kept.splice(0)) run();
    for (const end of this.ends()) end.thaw();
  }

  keep(run: () => void): void {
    this.kept.push(run);
  }
}

/** What happens to those who connect to an address where somebody listens. */
type Door = "open" | "refusing" | "black hole";

interface Place {
  readonly attach: (socket: Socket) => SocketEvents;
}

/** A network in memory, as fast as its clock says. Deterministic: everything happens at a time of the clock. */
export class FakeNetwork implements Network {
  /** All connections that were made, in order. */
  readonly connections: Connection[] = [];
  /** Who the ends of the next connections are, by their certificates: as the other one sees it. */
  client: Peer | null = null;
  server: Peer | null = null;
  private readonly places = new Map<string, Place>();
  private readonly doors = new Map<string, Door>();
  private readonly lines = new Map<string, LineOptions>();
  private lastPort = 40_000;

  constructor(private readonly clock: FakeClock) {}

  after(delay: number, run: () => void): void {
    this.clock.after(delay, run);
  }

  /** How connections to an address will be, from now on. */
  shape(address: Address, options: Partial<LineOptions>): void {
    this.lines.set(formatAddress(address), { ...PERFECT, ...options });
  }

  door(address: Address, door: Door): void {
    this.doors.set(formatAddress(address), door);
  }

  listen(address: Address, attach: (socket: Socket) => SocketEvents): Listener {
    const port = address.port === 0 ? this.freePort() : address.port;
    const key = formatAddress({ ...address, port });
    if (this.places.has(key)) throw new ListenError("in-use", `cannot listen on ${key}: the port is in use`);
    this.places.set(key, { attach });
    return { port, stop: () => void this.places.delete(key) };
  }

  connect(address: Address, attach: (socket: Socket) => SocketEvents): Promise<void> {
    const key = formatAddress(address);
    const options = this.lines.get(key) ?? PERFECT;
    return new Promise((resolve, reject) => {
      const door = this.doors.get(key) ?? "open";
      if (door === "black hole") {
        const late = new ConnectError("timeout", `cannot connect to ${key}: no answer`);
        this.after(5000, () => reject(late));
        return;
      }
      this.after(2 * options.latency, () => {
        const place = this.places.get(key);
        if (!place || door === "refusing") {
          reject(new ConnectError("refused", `cannot connect to ${key}: nobody listens there`));
          return;
        }
        this.join(address, options, attach, place.attach);
        resolve();
      });
    });
  }

  private join(address: Address, options: LineOptions, near: Place["attach"], far: Place["attach"]): void {
    const connection: Connection = new Connection(() => [left, right], options, address);
    const left = new End(this, connection, address.host, this.server);
    const right = new End(this, connection, "10.0.0.9", this.client);
    left.peer = right;
    right.peer = left;
    this.connections.push(connection);
    right.events = far(right);
    left.events = near(left);
  }

  private freePort(): number {
    this.lastPort += 1;
    return this.lastPort;
  }
}
