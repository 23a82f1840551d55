import type { Cancel, Clock } from "../../platform/clock.ts";
import type { ConnectionEvent } from "./messages.ts";

/** Milliseconds that an event may wait for others. */
const MAX_DELAY_MS = 10;

/**
 * Sends the events of a connection to its download, in their order. Events that may wait share a message: each message
 * costs both threads more than receiving a chunk of a piece.
 */
export class EventBatcher {
  private waiting: ConnectionEvent[] = [];
  /** Bytes of one piece that came after the events in `waiting`. */
  private countedBytes = { piece: -1, bytes: 0 };
  private cancelFlush: Cancel | null = null;
  /** When the first of the waiting events came. */
  private waitingSince = 0;

  constructor(
    private readonly clock: Clock,
    private readonly post: (events: readonly ConnectionEvent[]) => void,
  ) {}

  /** Bytes of a piece came. */
  addBytes(piece: number, bytes: number): void {
    if (this.countedBytes.piece !== piece) this.closeBytes();
    this.countedBytes = { piece, bytes: this.countedBytes.bytes + bytes };
    this.flushSoon();
  }

  add(event: ConnectionEvent): void {
    this.closeBytes();
    this.waiting.push(event);
    this.flushSoon();
  }

  addAndFlush(event: ConnectionEvent): void {
    this.add(event);
    this.flush();
  }

  flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = null;
    this.closeBytes();
    const events = this.waiting;
    this.waiting = [];
    if (events.length > 0) this.post(events);
  }

  private closeBytes(): void {
    if (this.countedBytes.bytes > 0) this.waiting.push({ kind: "bytes", ...this.countedBytes });
    this.countedBytes = { piece: -1, bytes: 0 };
  }

  /** A connection that is busy may be late for its timers. */
  private flushSoon(): void {
    const now = this.clock.now();
    if (!this.cancelFlush) {
      this.waitingSince = now;
      this.cancelFlush = this.clock.after(MAX_DELAY_MS, () => this.flush());
    } else if (now - this.waitingSince >= MAX_DELAY_MS) {
      this.flush();
    }
  }
}
