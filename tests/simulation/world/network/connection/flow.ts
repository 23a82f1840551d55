import { takeBytes } from "../../memory.ts";
import type { Simulation } from "../../simulation.ts";
import type { Path } from "../path.ts";
import type { Outgoing, Signal } from "./outgoing.ts";
import type { Segmenter } from "./segmenter.ts";

/** Bytes, or a signal, that travel together. */
export interface Segment {
  readonly parts: Uint8Array[];
  length: number;
  readonly signal: Signal | null;
}

export interface FlowOptions {
  /** Bytes that the sender's kernel holds until they are acknowledged. */
  readonly sendBuffer: number;
  /** Bytes that the receiver's kernel holds until they are read, with those that are under way. */
  readonly receiveBuffer: number;
}

export interface FlowOwner {
  /** Something can be read. */
  readable(): void;
  /** There is room again for a sender who was told that there is none. */
  writable(): void;
  /** Nothing was acknowledged for so long that the sender's kernel gives up. */
  gaveUp(): void;
}

/** Milliseconds until a lost packet is sent again: at first, and most; each wait is twice as long as the one before. */
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 20_000;
/** After as many tries the kernel gives up: about a quarter of an hour, as Linux does. */
const MAX_TRIES = 50;
/** Of the send buffer, what must be free until a sender who waits for room is told. */
const WRITABLE_SHARE = 1 / 3;

/** Most bytes of writes at one moment that travel together. */
const MAX_JOINED_BYTES = 64 * 1024;

/** One direction of a connection: nothing is lost, doubled or overtaken, however many packets are lost. */
export class Flow implements Outgoing {
  private queue: Segment[] = [];
  private queuedBytes = 0;
  private underWay: Segment[] = [];
  private underWayBytes = 0;
  /** Bytes that have come, which the sender does not know, because acknowledgements are lost. */
  private unacknowledgedBytes = 0;
  private unread: Segment[] = [];
  unreadBytes = 0;
  /** Counts losses: what was under way before the last one is sent again. */
  private losses = 0;
  private tries = 0;
  /** Whether something is lost that is to be sent again before anything else is sent. */
  private stalled = false;
  private waitsForRetry = false;
  private senderWaits = false;
  private lastArrival = 0;
  private lastSentAt = -1;
  /** The sender's kernel has forgotten it: what is lost now stays lost. */
  private abandoned = false;
  /** A router between the ends has lost the connection. */
  private cut = false;

  constructor(
    private readonly sim: Simulation,
    private readonly path: Path,
    private readonly back: Path,
    private readonly options: FlowOptions,
    private readonly segmenter: Segmenter,
    private readonly owner: FlowOwner,
  ) {}

  get unsentBytes(): number {
    return this.queuedBytes + this.underWayBytes + this.unacknowledgedBytes;
  }

  get room(): number {
    return Math.max(0, this.options.sendBuffer - this.unsentBytes);
  }

  waitForRoom(): void {
    this.senderWaits = true;
    this.tellWhenWritable();
  }

  send(bytes: Uint8Array): void {
    if (this.abandoned) return;
    this.queue.push({ parts: [bytes], length: bytes.length, signal: null });
    this.queuedBytes += bytes.length;
    this.pump();
  }

  signal(signal: Signal): void {
    if (this.abandoned) return;
    this.queue.push({ parts: [], length: 0, signal });
    this.pump();
  }

  abandon(signal: "reset" | null): void {
    this.queue = [];
    this.queuedBytes = 0;
    this.senderWaits = false;
    // While a packet is lost, what follows it cannot be understood.
    if (!this.stalled && signal !== null) this.signal(signal);
    this.abandoned = true;
  }

  /** Nothing of this connection gets through any more. */
  lose(): void {
    this.cut = true;
  }

  /** The next segment that has come; the room that it took is free again. */
  take(): Segment | undefined {
    const segment = this.unread.shift();
    if (segment === undefined) return undefined;
    this.unreadBytes -= segment.length;
    this.pump();
    return segment;
  }

  /** Nobody will read it. */
  dropUnread(): void {
    this.unread = [];
    this.unreadBytes = 0;
  }

  private get blocked(): boolean {
    return this.cut || this.path.blocked;
  }

  private pump(): void {
    while (!this.stalled) {
      const first = this.queue[0];
      if (first === undefined) return;
      const held = Math.max(this.unreadBytes, this.unacknowledgedBytes);
      const window = this.options.receiveBuffer - this.underWayBytes - held;
      // Little room is not used: else most segments would be tiny after a while.
      if (window < Math.min(first.length, this.options.receiveBuffer / 4)) return;
      const length = first.signal === null ? this.segmenter.cut(Math.min(first.length, window)) : 0;
      if (length < first.length) this.transmit(this.splitFirst(first, length));
      else {
        this.queue.shift();
        this.transmit(first);
      }
    }
  }

  private splitFirst(first: Segment, length: number): Segment {
    const bytes = bytesOf(first);
    this.queue[0] = { parts: [bytes.subarray(length)], length: bytes.length - length, signal: null };
    return { parts: [bytes.subarray(0, length)], length, signal: null };
  }

  private transmit(segment: Segment): void {
    const { sim, underWay } = this;
    this.queuedBytes -= segment.length;
    this.underWayBytes += segment.length;
    const last = underWay[underWay.length - 1];
    const arrival = Math.max(this.lastArrival, this.path.arrivalOf(segment.length));
    if (last && this.lastSentAt === sim.now && this.joins(last, segment)) {
      last.parts.push(...segment.parts);
      last.length += segment.length;
      return;
    }
    underWay.push(segment);
    this.lastSentAt = sim.now;
    this.lastArrival = arrival;
    const { losses } = this;
    const lost = this.cut || this.path.loses();
    sim.after(this.lastArrival - sim.now, () => {
      if (losses === this.losses) this.arrive(lost);
    });
  }

  private joins(last: Segment, next: Segment): boolean {
    if (last.signal !== null || next.signal !== null || last.length + next.length > MAX_JOINED_BYTES) return false;
    return this.segmenter.joins();
  }

  private arrive(lost: boolean): void {
    if (lost || this.blocked) return this.loseAll();
    const segment = this.underWay.shift();
    if (segment === undefined) return;
    this.underWayBytes -= segment.length;
    this.unread.push(segment);
    this.unreadBytes += segment.length;
    if (this.cut || this.back.blocked) {
      this.unacknowledgedBytes += segment.length;
      this.retryLater();
    } else {
      this.tries = 0;
      if (this.senderWaits) this.tellWhenWritable();
    }
    this.owner.readable();
  }

  private loseAll(): void {
    this.losses += 1;
    const { underWay, underWayBytes } = this;
    this.underWay = [];
    this.underWayBytes = 0;
    if (this.abandoned) return;
    this.queue = [...underWay, ...this.queue];
    this.queuedBytes += underWayBytes;
    this.stalled = true;
    this.retryLater();
  }

  private retryLater(): void {
    if (this.waitsForRetry || this.abandoned) return;
    this.waitsForRetry = true;
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.tries);
    this.tries += 1;
    this.sim.after(wait, () => this.retry());
  }

  private retry(): void {
    this.waitsForRetry = false;
    if (this.abandoned) return;
    if (!this.blocked) {
      this.stalled = false;
      this.pump();
    }
    if (this.blocked || this.back.blocked) {
      if (this.tries >= MAX_TRIES) this.owner.gaveUp();
      else this.retryLater();
      return;
    }
    this.tries = 0;
    this.unacknowledgedBytes = 0;
    if (this.senderWaits) this.tellWhenWritable();
    this.pump();
  }

  private tellWhenWritable(): void {
    if (this.room < this.options.sendBuffer * WRITABLE_SHARE) return;
    this.senderWaits = false;
    this.sim.after(this.back.travelMs(), () => this.owner.writable());
  }
}

/** The bytes of a segment in one array. */
export function bytesOf({ parts }: Segment): Uint8Array {
  const [first, second] = parts;
  if (first === undefined) return new Uint8Array(0);
  return second === undefined ? first : joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = takeBytes(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    all.set(part, filled);
    filled += part.length;
  }
  return all;
}
