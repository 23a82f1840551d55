import type { Socket } from "bun";

/** Bytes that may wait in one direction before its source is held back. */
const FULL = 512 * 1024;
/** Milliseconds between two helpings of bytes where a rate is set. */
const HELPING = 10;

/** One end of a connection: the direction that its bytes take, and the one that ends here. */
interface End {
  out: Direction | null;
  back: Direction | null;
}

/** One direction of one connection. */
class Direction {
  private readonly queue: { bytes: Uint8Array; due: number }[] = [];
  private queued = 0;
  private allowance = 0;
  private ending = false;
  private held = false;
  private dropped = false;

  constructor(
    private readonly from: Socket<End>,
    private readonly to: Socket<End>,
    private readonly proxy: SlowProxy,
    /** Whether it is held to the proxy's rate. */
    private readonly limited: boolean,
  ) {}

  take(bytes: Uint8Array): void {
    if (this.dropped) return;
    this.queue.push({
      bytes: this.proxy.passing(new Uint8Array(bytes), this.limited),
      due: performance.now() + this.proxy.delay,
    });
    this.queued += bytes.length;
    if (this.queued >= FULL && !this.held) {
      this.held = true;
      this.from.pause();
    }
    this.pump();
  }

  end(): void {
    this.ending = true;
    this.pump();
  }

  /** Nobody takes its bytes any more. */
  drop(): void {
    this.queue.length = 0;
    this.dropped = true;
    this.from.resume();
  }

  /** A helping of time has passed. */
  grant(milliseconds: number): void {
    const { rate } = this.proxy;
    // What is not used is not saved for longer than a few helpings, or a pause would end in a burst.
    if (rate !== Number.POSITIVE_INFINITY) {
      const most = (rate * 5 * HELPING) / 1000;
      this.allowance = Math.min(most, this.allowance + (rate * milliseconds) / 1000);
    }
    this.pump();
  }

  pump(): void {
    const free = !this.limited || this.proxy.rate === Number.POSITIVE_INFINITY;
    for (let first = this.queue[0]; first && first.due <= performance.now(); first = this.queue[0]) {
      const room = free ? first.bytes.length : Math.floor(this.allowance);
      if (room <= 0) return;
      const taken = Math.max(0, this.to.write(first.bytes.subarray(0, room)));
      if (!free) this.allowance -= taken;
      this.queued -= taken;
      if (this.limited) this.proxy.count(taken);
      if (taken < first.bytes.length) {
        first.bytes = first.bytes.subarray(taken);
        if (taken < room) return;
      } else {
        this.queue.shift();
      }
    }
    if (this.held && this.queued < FULL / 2) {
      this.held = false;
      this.from.resume();
    }
    if (this.ending && this.queue.length === 0) this.to.end();
  }
}

/** Stands before a server and slows, delays, stops or cuts what the server sends. */
export class SlowProxy {
  /** Bytes for each second of each connection, from the server. 0 stops them. */
  rate = Number.POSITIVE_INFINITY;
  /** Milliseconds that everything takes, in each direction. */
  delay = 0;
  /** Where the server listens. */
  target = 0;
  /** Bytes that the server has sent since the last `reset`. */
  passed = 0;
  private readonly sockets = new Set<Socket<End>>();
  private readonly directions = new Set<Direction>();
  private watchers: { bytes: number; reached: () => void }[] = [];
  private readonly listener: Bun.TCPSocketListener<End>;
  private helped = performance.now();
  private readonly timer = setInterval(() => this.help(), HELPING);

  constructor(address = { host: "127.0.0.1", port: 0 }) {
    this.listener = Bun.listen<End>({
      hostname: address.host,
      port: address.port,
      data: { out: null, back: null },
      socket: { ...this.handler(), open: (socket) => void this.accept(socket) },
    });
  }

  get port(): number {
    return this.listener.port;
  }

  /** Ends of connections that are open. */
  get open(): number {
    return this.sockets.size;
  }

  reset(): void {
    this.passed = 0;
  }

  /** What becomes of bytes on their way, as many as they are; they may be changed. */
  passing(bytes: Uint8Array, _fromServer: boolean): Uint8Array {
    return bytes;
  }

  count(bytes: number): void {
    this.passed += bytes;
    const due = this.watchers.filter((watcher) => watcher.bytes <= this.passed);
    this.watchers = this.watchers.filter((watcher) => watcher.bytes > this.passed);
    for (const { reached } of due) reached();
  }

  /** Resolves once so many bytes have passed since the last `reset`. */
  reached(bytes: number): Promise<void> {
    if (this.passed >= bytes) return Promise.resolve();
    return new Promise((reached) => {
      this.watchers.push({ bytes, reached });
    });
  }

  /** Breaks every connection; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  stop(): void {
    clearInterval(this.timer);
    this.listener.stop(true);
    this.cut();
  }

  private help(): void {
    const now = performance.now();
    for (const direction of this.directions) direction.grant(now - this.helped);
    this.helped = now;
  }

  private handler() {
    return {
      data: (socket: Socket<End>, bytes: Uint8Array) => socket.data.out?.take(bytes),
      drain: () => this.pumpAll(),
      close: (socket: Socket<End>) => this.closed(socket),
      error: (socket: Socket<End>) => socket.terminate(),
    };
  }

  private pumpAll(): void {
    for (const direction of this.directions) direction.pump();
  }

  private closed(socket: Socket<End>): void {
    this.sockets.delete(socket);
    const { out, back } = socket.data;
    // What it has sent still arrives, at the rate that is set; what was on its way to it is lost.
    out?.end();
    back?.drop();
    if (back) this.directions.delete(back);
  }

  private async accept(client: Socket<End>): Promise<void> {
    client.data = { out: null, back: null };
    client.setNoDelay(true);
    client.pause();
    this.sockets.add(client);
    try {
      const server = await Bun.connect<End>({
        hostname: "127.0.0.1",
        port: this.target,
        data: { out: null, back: null },
        socket: this.handler(),
      });
      server.setNoDelay(true);
      this.sockets.add(server);
      const up = new Direction(client, server, this, false);
      const down = new Direction(server, client, this, true);
      client.data = { out: up, back: down };
      server.data = { out: down, back: up };
      this.directions.add(up).add(down);
      client.resume();
    } catch {
      client.terminate();
    }
  }
}
