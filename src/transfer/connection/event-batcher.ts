import type { Cancel, Clock } from "../../platform/clock.ts";
import type { LaneEvent } from "./messages.ts";

/** Milliseconds for which events that may wait are gathered. */
const WAIT = 10;

/**
 * Events of a lane on their way to its download, in their order. Those that may wait go many in a message: each one
 * costs both threads more than receiving a chunk does.
 */
export class Outbox {
  private waiting: LaneEvent[] = [];
  /** Bytes that came after `waiting`, of one piece. */
  private untold = { piece: -1, bytes: 0 };
  private cancelFlush: Cancel | null = null;
  /** Since when some wait. */
  private since = 0;

  constructor(
    private readonly clock: Clock,
    private readonly post: (events: readonly LaneEvent[]) => void,
  ) {}

  /** Bytes of a piece came. */
  bytes(piece: number, bytes: number): void {
    if (this.untold.piece !== piece) this.closeBytes();
    this.untold = { piece, bytes: this.untold.bytes + bytes };
    this.flushSoon();
  }

  later(event: LaneEvent): void {
    this.closeBytes();
    this.waiting.push(event);
    this.flushSoon();
  }

  now(event: LaneEvent): void {
    this.later(event);
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
    if (this.untold.bytes > 0) this.waiting.push({ kind: "bytes", ...this.untold });
    this.untold = { piece: -1, bytes: 0 };
  }

  /** A lane that is busy may be late for its timers. */
  private flushSoon(): void {
    const now = this.clock.now();
    if (!this.cancelFlush) {
      this.since = now;
      this.cancelFlush = this.clock.after(WAIT, () => this.flush());
    } else if (now - this.since >= WAIT) {
      this.flush();
    }
  }
}
