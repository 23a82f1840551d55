import fs from "node:fs";
import { connect, type Socket } from "node:net";
import { encode } from "../../src/protocol/codec.ts";
import { type Message, PROTOCOL_VERSION } from "../../src/protocol/messages/messages.ts";

/** Milliseconds in which a connection must be made. */
const CONNECTING = 10_000;

/** Milliseconds until a connection that has ended is made again. */
const AGAIN = 1000;

/** Bytes of these messages, with the greeting of a client before them. */
export function asClient(...messages: readonly Message[]): Uint8Array {
  const hello: Message = { type: "hello", version: PROTOCOL_VERSION, role: "client" };
  return Buffer.concat([hello, ...messages].map((message) => encode(message)));
}

/** Connections to a port of this machine that do what no honest program does. */
export class Attackers implements Disposable {
  private readonly sockets: Socket[] = [];
  /** Bytes that have come back. */
  heard = 0;
  private over = false;

  constructor(
    private readonly port: number,
    /** The address that they come from. */
    private readonly from = "127.0.0.1",
  ) {}

  /** Those that are connected still. */
  get open(): number {
    return this.sockets.filter(({ readyState }) => readyState === "open").length;
  }

  /** `count` connections that send `bytes`, whatever comes of it; `reads`: whether they take what comes back. */
  async connect(count: number, bytes: Uint8Array, { reads = true } = {}): Promise<void> {
    for (let made = 0; made < count; made += 100) {
      await Promise.all(Array.from({ length: Math.min(100, count - made) }, () => this.one(bytes, reads)));
    }
  }

  /** Sends `bytes` again and again over all connections, as fast as they are taken, until `over`. */
  async flood(bytes: Uint8Array, over: () => boolean): Promise<void> {
    while (!over()) {
      for (const socket of this.sockets) if (!socket.writableNeedDrain && !socket.destroyed) socket.write(bytes);
      await Bun.sleep(1);
    }
  }

  /** `count` connections that say nothing, and that are made again a second after each end. */
  async besiege(count: number): Promise<void> {
    await this.connect(count, new Uint8Array(0));
    for (const socket of this.sockets.splice(0)) this.again(socket);
  }

  [Symbol.dispose](): void {
    this.over = true;
    for (const socket of this.sockets) socket.destroy();
  }

  private again(socket: Socket): void {
    this.sockets.push(socket);
    const later = () => {
      if (this.over) return;
      this.sockets.splice(this.sockets.indexOf(socket), 1);
      const next = connect({ port: this.port, host: "127.0.0.1", localAddress: this.from });
      next.on("error", () => {}).resume();
      this.again(next);
    };
    socket.once("close", () => setTimeout(later, AGAIN));
    if (socket.destroyed) setTimeout(later, AGAIN);
  }

  private one(bytes: Uint8Array, reads: boolean): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect({ port: this.port, host: "127.0.0.1", localAddress: this.from });
      this.sockets.push(socket);
      socket.setTimeout(CONNECTING, resolve);
      socket.once("close", () => resolve());
      // A refused one may end with a reset.
      socket.on("error", () => {});
      socket.once("connect", () => {
        if (bytes.length > 0) socket.write(bytes);
        resolve();
      });
      if (!reads) socket.pause();
      else
        socket.on("data", (data: Uint8Array) => {
          this.heard += data.length;
        });
    });
  }
}

/** MiB of memory that a process has had at most. */
export function peakMemory(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(?<kib>\d+) kB/m.exec(status)?.groups?.kib ?? 0) / 1024;
}

/** Resolves when a process has done next to nothing for a while. */
export async function untilIdle(pid: number): Promise<void> {
  for (let before = -1, now = ticks(pid); now - before > 2; before = now, now = ticks(pid)) await Bun.sleep(300);
}

/** Hundredths of a second for which a process has had a processor. */
function ticks(pid: number): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
