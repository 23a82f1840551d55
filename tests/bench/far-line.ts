import type { Socket } from "bun";

/**
 * A line to a server, as a process of its own: `bun far-line.ts PORT TARGET MILLISECONDS MEGABITS` listens on PORT of
 * loopback for TARGET. In each direction all connections share so many megabits a second, and each byte takes so many
 * milliseconds.
 */

const [port = 0, target = 0, delay = 0, megabits = 0] = process.argv.slice(2).map(Number);
/** Bytes for each millisecond. */
const RATE = (megabits * 1e6) / 8 / 1000;
/** Bytes that are sent along the line at once, as if they were one packet. */
const PACKET = 64 * 1024;
/** Bytes of one direction of a connection that wait or are on their way: what a round trip takes, and as much again. */
const FULL = Math.max(1024 ** 2, 2 * 2 * delay * RATE);

interface End {
  out: Direction | null;
  back: Direction | null;
}

/** One of the two ways of a line: when it has sent what was given to it. */
interface Way {
  free: number;
}

/** One direction of one connection. */
class Direction {
  private packets: { bytes: Uint8Array; readonly due: number }[] = [];
  private queued = 0;
  private held = false;
  /** Whether the other end takes no more for now. */
  private full = false;
  private ending = false;
  private timer: Timer | null = null;

  constructor(
    private readonly from: Socket<End>,
    private readonly to: Socket<End>,
    private readonly way: Way,
    /** Nothing arrives before: the connection is being made. */
    private readonly earliest: number,
  ) {}

  take(bytes: Uint8Array): void {
    const now = performance.now();
    for (let start = 0; start < bytes.length; start += PACKET) {
      const packet = bytes.subarray(start, start + PACKET);
      this.way.free = Math.max(now, this.way.free) + packet.length / RATE;
      this.packets.push({ bytes: packet, due: Math.max(this.earliest, this.way.free) + delay });
    }
    this.queued += bytes.length;
    if (this.queued >= FULL && !this.held) {
      this.held = true;
      this.from.pause();
    }
    this.schedule();
  }

  end(): void {
    this.ending = true;
    this.schedule();
  }

  /** Nobody takes its bytes any more. */
  drop(): void {
    this.packets = [];
    this.from.resume();
  }

  drained(): void {
    this.full = false;
    this.pump();
  }

  /** Delivers what is due. */
  private pump(): void {
    let sent = 0;
    const now = performance.now();
    for (const packet of this.packets) {
      if (packet.due > now) break;
      const count = Math.max(0, this.to.write(packet.bytes));
      this.queued -= count;
      if (count < packet.bytes.length) {
        packet.bytes = packet.bytes.subarray(count);
        this.full = true;
        break;
      }
      sent += 1;
    }
    this.packets = this.packets.slice(sent);
    if (this.held && this.queued < FULL / 2) {
      this.held = false;
      this.from.resume();
    }
    if (this.ending && this.packets.length === 0) this.to.end();
    else this.schedule();
  }

  private schedule(): void {
    if (this.timer !== null || this.full) return;
    const first = this.packets[0];
    if (!first && !this.ending) return;
    const wait = first ? Math.max(1, Math.ceil(first.due - performance.now())) : 0;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.pump();
    }, wait);
  }
}

const handler = {
  data: (socket: Socket<End>, bytes: Uint8Array) => socket.data.out?.take(bytes),
  drain: (socket: Socket<End>) => socket.data.back?.drained(),
  close: (socket: Socket<End>) => {
    socket.data.out?.end();
    socket.data.back?.drop();
  },
  error: (socket: Socket<End>) => socket.terminate(),
};

const there: Way = { free: 0 };
const back: Way = { free: 0 };

Bun.listen<End>({
  hostname: "127.0.0.1",
  port,
  data: { out: null, back: null },
  socket: {
    ...handler,
    async open(client) {
      client.data = { out: null, back: null };
      client.setNoDelay(true);
      client.pause();
      // The system has accepted at once what takes a round trip over a line.
      const earliest = performance.now() + 2 * delay;
      try {
        const server = await Bun.connect<End>({
          hostname: "127.0.0.1",
          port: target,
          data: { out: null, back: null },
          socket: handler,
        });
        server.setNoDelay(true);
        const up = new Direction(client, server, there, earliest);
        const down = new Direction(server, client, back, 0);
        client.data = { out: up, back: down };
        server.data = { out: down, back: up };
        client.resume();
      } catch {
        client.terminate();
      }
    },
  },
});
