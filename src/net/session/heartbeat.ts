import type { HeartbeatTimes } from "../../protocol/timing.ts";

export type HeartbeatAction = "well" | "ping" | "dead";

/** Decides when to ping a peer and when to give it up. `now` in milliseconds of a clock that never goes back. */
export class Heartbeat {
  private receivedAt: number;
  private pingedAt: number;
  private checkedAt: number;

  constructor(
    private readonly times: HeartbeatTimes,
    now: number,
  ) {
    this.receivedAt = now;
    this.pingedAt = now;
    this.checkedAt = now;
  }

  /** Something came from the peer. */
  bytesReceived(now: number): void {
    this.receivedAt = now;
  }

  /** To be called once in each interval. */
  check(now: number): HeartbeatAction {
    // A late look means that this process was stopped itself: what the peer sent meanwhile is still to be read.
    if (now - this.checkedAt > 2 * this.times.pingAfterMs) this.receivedAt = now;
    this.checkedAt = now;
    if (now - this.receivedAt >= this.times.deadAfterMs) return "dead";
    if (now - this.receivedAt < this.times.pingAfterMs && now - this.pingedAt < this.times.deadAfterMs / 2)
      return "well";
    this.pingedAt = now;
    return "ping";
  }
}
