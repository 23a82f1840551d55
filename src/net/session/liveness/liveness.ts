import { FRAME_TIMEOUT_MS, READ_TIMEOUT_MS } from "../../../protocol/limits.ts";
import type { HeartbeatTimes } from "../../../protocol/timing.ts";
import { Heartbeat, type HeartbeatAction } from "./heartbeat.ts";
import { StallWatch } from "./stall-watch.ts";

/** How far a session has got. */
export interface SessionProgress {
  /** Nothing is read from the peer now. */
  readonly paused: boolean;
  /** The frame whose header has begun and is not whole; null: none. */
  readonly unfinishedHeader: number | null;
  /** Another number whenever the peer has read something of what waits for it; null: nothing waits. */
  readonly sent: number | null;
}

/** `unread`: the peer does not read; `unfinished`: it does not finish what it has begun to send. */
export type LivenessVerdict = HeartbeatAction | "unread" | "unfinished";

/** What the peer of an `unfinished` one is told. */
export const UNFINISHED_TEXT = `a header was not whole after ${FRAME_TIMEOUT_MS / 1000} s`;

/** Decides whether a peer is still worth its session: it must be heard of, read, and finish what it begins. Sans-I/O. */
export class Liveness {
  private readonly heartbeat: Heartbeat;
  private readonly reading: StallWatch;
  private readonly writing: StallWatch;

  constructor(times: HeartbeatTimes, now: number) {
    this.heartbeat = new Heartbeat(times, now);
    this.reading = new StallWatch(READ_TIMEOUT_MS, times.pingAfterMs);
    this.writing = new StallWatch(FRAME_TIMEOUT_MS, times.pingAfterMs);
  }

  bytesReceived(now: number): void {
    this.heartbeat.bytesReceived(now);
  }

  /** Must be called every `pingAfterMs`. */
  check({ paused, unfinishedHeader, sent }: SessionProgress, now: number): LivenessVerdict {
    // Who is not listened to cannot be heard.
    if (paused) this.heartbeat.bytesReceived(now);
    if (this.reading.check(sent, now)) return "unread";
    if (this.writing.check(paused ? null : unfinishedHeader, now)) return "unfinished";
    return this.heartbeat.check(now);
  }
}
