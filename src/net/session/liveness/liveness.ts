import { FRAME_TIMEOUT_MS, PAYLOAD_STEP_BYTES, READ_TIMEOUT_MS } from "../../../protocol/limits.ts";
import type { HeartbeatTimes } from "../../../protocol/timing.ts";
import { Heartbeat, type HeartbeatAction } from "./heartbeat.ts";
import { StallWatch } from "./stall-watch.ts";

/** `unread`: the peer does not read; `unfinished`: it does not finish what it has begun to send. */
export type LivenessVerdict = HeartbeatAction | "unread" | "unfinished";

/** Bytes of some pongs in a row, which one that is stuck sends, too: what else is of use is longer. */
export const MAX_PONGS_BYTES = 64;

/** What the peer of an `unfinished` one is told. */
export const UNFINISHED_TEXT = `a header, or the next ${PAYLOAD_STEP_BYTES} bytes of a payload, did not come in ${FRAME_TIMEOUT_MS / 1000} s`;

/** Decides whether a peer is still worth its session: it must be heard of, read, and finish what it begins. Sans-I/O. */
export class Liveness {
  private readonly heartbeat: Heartbeat;
  /** Null as long as there is nothing to do: thousands of sessions are idle. */
  private reading: StallWatch | null = null;
  private writing: StallWatch | null = null;
  /** When a limit here last kept the peer from being read. */
  private heldBackAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly times: HeartbeatTimes,
    now: number,
  ) {
    this.heartbeat = new Heartbeat(times, now);
  }

  bytesReceived(now: number): void {
    this.heartbeat.bytesReceived(now);
  }

  messageSent(now: number): void {
    this.heartbeat.messageSent(now);
  }

  /** The peer is not read for a moment because of a limit here. */
  heldBack(now: number): void {
    this.heldBackAt = now;
  }

  /**
   * Must be called every `pingAfterMs`. `begun`: the frame whose header has begun and is not whole, or the step of a payload;
   * null: none; `not read`: nothing is read from the peer now. `sent`: another number whenever the peer has read something of what waits for it;
   * null: nothing waits.
   */
  check(begun: number | null | "not read", sent: number | null, now: number): LivenessVerdict {
    const { pingAfterMs } = this.times;
    const part = now - this.heldBackAt < pingAfterMs ? "not read" : begun;
    // Who is not listened to cannot be heard.
    if (part === "not read") this.heartbeat.bytesReceived(now);
    this.reading = sent === null ? null : (this.reading ?? new StallWatch(READ_TIMEOUT_MS, pingAfterMs));
    if (sent !== null && this.reading?.check(sent, now)) return "unread";
    const writing = typeof part === "number" ? (this.writing ?? new StallWatch(FRAME_TIMEOUT_MS, pingAfterMs)) : null;
    this.writing = writing;
    if (typeof part === "number" && writing?.check(part, now)) return "unfinished";
    return this.heartbeat.check(now);
  }
}
