import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import type { Progress } from "../../platform/linux/socket-calls.ts";
import type { Allowance, Wait } from "../../platform/pacing/allowance.ts";
import type { BufferedReceiver, FileSlice, Peer, Socket, SocketEvents } from "../transport/network.ts";

/** Milliseconds after which whoever is held back for long is told so, again. */
const HELD_BACK_INTERVAL_MS = 1000;

export interface PacedConnectionDeps {
  readonly clock: Clock;
  /** What may be received. */
  allowance(): Allowance;
}

/** Bytes that have come: themselves, or how many of them are already where they gather. */
type Arrival = Uint8Array | number;

/**
 * A connection whose owner is given no more than is allowed: what comes waits here until it may pass. Meanwhile nothing more is
 * read, so that the other end sends no faster for long. But what the system had been asked for by then comes all the same: half
 * a megabyte of each connection, with TLS as a rule, and some of that at once.
 */
export class PacedConnection implements Socket, SocketEvents {
  readonly buffered?: BufferedReceiver;
  private readonly events: SocketEvents;
  /** In the order of their coming, while they wait. */
  private readonly held: Arrival[] = [];
  private heldBytes = 0;
  /** Of the first of these, the bytes that were consumed of the limit; 0: none yet. */
  private consumed = 0;
  private cancelWait: Cancel | null = null;
  private cancelNotices: Cancel | null = null;
  /** `ended`: the other end is gone, and what it has sent waits; `over`: the owner knows of the end. */
  private state: "open" | "ended" | "over" = "open";
  private error: Error | null = null;
  private isRead = true;
  /** Whether the owner wants nothing at the moment. */
  private paused = false;
  private passing = false;

  constructor(
    private readonly socket: Socket,
    attach: (socket: Socket) => SocketEvents,
    private readonly deps: PacedConnectionDeps,
  ) {
    this.events = attach(this);
    const { buffered } = this.events;
    if (!buffered) return;
    this.buffered = {
      // The place of bytes that follow held ones is known when these were given.
      nextBuffer: () => (this.held.length > 0 ? null : this.part(buffered.nextBuffer())),
      bufferFilled: (count) => (this.isFree ? buffered.bufferFilled(count) : this.arrived(count)),
    };
  }

  get remoteHost(): string {
    return this.socket.remoteHost;
  }

  get remotePeer(): Peer | null {
    return this.socket.remotePeer;
  }

  get acceptedAt(): number | null {
    return this.socket.acceptedAt ?? null;
  }

  write(bytes: Uint8Array): number {
    return this.socket.write(bytes);
  }

  writeFile(slice: FileSlice): number {
    return this.socket.writeFile(slice);
  }

  progress(): Progress | null {
    return this.socket.progress?.() ?? null;
  }

  pause(): void {
    this.paused = true;
    this.readOrPause();
  }

  resume(): void {
    this.paused = false;
    this.pass();
  }

  shutdown(): void {
    if (this.state === "ended") this.finish();
    else this.socket.shutdown();
  }

  destroy(): void {
    this.discard();
    if (this.state === "ended") this.finish();
    else this.socket.destroy();
  }

  data(bytes: Uint8Array): void {
    if (this.isFree) this.events.data(bytes);
    else this.arrived(bytes);
  }

  drained(): void {
    this.events.drained();
  }

  refused(reason: string): void {
    this.events.refused?.(reason);
  }

  closed(error: Error | null): void {
    this.error = error;
    // The last that the other end has said may be why it is gone.
    if (this.cancelWait) this.state = "ended";
    else this.finish();
  }

  /** Whether what comes may pass at once: there is no limit, and nothing that came before waits. */
  private get isFree(): boolean {
    return this.deps.allowance().quantum === null && this.held.length === 0 && !this.passing;
  }

  private part(buffer: Uint8Array | null): Uint8Array | null {
    const { quantum } = this.deps.allowance();
    return buffer && quantum !== null && buffer.length > quantum ? buffer.subarray(0, quantum) : buffer;
  }

  private arrived(arrival: Arrival): void {
    const length = lengthOf(arrival);
    if (this.state !== "open" || length === 0) return;
    this.held.push(arrival);
    this.heldBytes += length;
    this.pass();
    const last = this.held.at(-1);
    // The network has them again when this returns.
    if (last instanceof Uint8Array) this.held[this.held.length - 1] = new Uint8Array(last);
  }

  /** Gives the owner what may pass by now. */
  private pass(): void {
    if (this.passing) return;
    this.passing = true;
    try {
      for (let [first] = this.held; first !== undefined && this.mayPass(first); [first] = this.held)
        this.deliver(first);
    } finally {
      this.passing = false;
    }
    if (this.state === "ended" && this.held.length === 0) this.finish();
    this.readOrPause();
  }

  /** Whether the next bytes of an arrival may pass; if not, it waits for that. */
  private mayPass(arrival: Arrival): boolean {
    if (this.paused || this.cancelWait) return false;
    if (this.consumed > 0) return true;
    const allowance = this.deps.allowance();
    this.consumed = Math.min(lengthOf(arrival), allowance.quantum ?? Number.POSITIVE_INFINITY);
    const wait = allowance.consume(this.consumed);
    if (wait) this.waitFor(wait);
    return wait === null;
  }

  private deliver(first: Arrival): void {
    const { consumed: count, held } = this;
    this.consumed = 0;
    this.heldBytes -= count;
    if (count === lengthOf(first)) held.shift();
    else held[0] = typeof first === "number" ? first - count : first.subarray(count);
    if (typeof first === "number") this.events.buffered?.bufferFilled(count);
    else this.events.data(first.subarray(0, count));
  }

  private waitFor(wait: Wait): void {
    this.cancelWait = wait(() => {
      this.cancelWait = null;
      this.pass();
    });
    if (this.cancelNotices) return;
    this.events.heldBack?.(this.heldBytes);
    this.cancelNotices = every(this.deps.clock, HELD_BACK_INTERVAL_MS, () => this.notice());
  }

  /** One timer serves many waits. */
  private notice(): void {
    if (this.cancelWait) return this.events.heldBack?.(this.heldBytes);
    this.cancelNotices?.();
    this.cancelNotices = null;
  }

  private readOrPause(): void {
    const wanted = !this.paused && this.held.length === 0;
    if (this.state !== "open" || this.passing || wanted === this.isRead) return;
    this.isRead = wanted;
    if (wanted) this.socket.resume();
    else this.socket.pause();
  }

  private finish(): void {
    if (this.state === "over") return;
    this.state = "over";
    this.discard();
    this.cancelNotices?.();
    this.events.closed(this.error);
  }

  private discard(): void {
    this.held.length = 0;
    this.heldBytes = 0;
    this.consumed = 0;
    this.cancelWait?.();
    this.cancelWait = null;
  }
}

function lengthOf(arrival: Arrival): number {
  return typeof arrival === "number" ? arrival : arrival.length;
}
