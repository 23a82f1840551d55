import type { HeartbeatTimes } from "../../../protocol/timing.ts";

export type HeartbeatAction = "well" | "ping" | "dead";

/** Decides when to ping a peer and when to give it up. `now` in milliseconds of a clock that never goes back. */
export class Heartbeat {
  private receivedAt: number;
  private sentAt: number;
  private checkedAt: number;

  constructor(
    private readonly times: HeartbeatTimes,
    now: number,
  ) {
    this.receivedAt = now;
    this.sentAt = now;
    this.checkedAt = now;
  }

  /** Bytes have come from the peer. */
  bytesReceived(now: number): void {
    this.receivedAt = now;
  }

  /** A message was sent to the peer, which hears by it that this end is there. */
  messageSent(now: number): void {
    this.sentAt = now;
  }

  /** Must be called every `pingAfterMs`. */
  check(now: number): HeartbeatAction {
    // A late check means that this process itself was suspended: bytes that the peer sent meanwhile are not read yet.
    if (now - this.checkedAt > 2 * this.times.pingAfterMs) this.receivedAt = now;
    this.checkedAt = now;
    if (now - this.receivedAt >= this.times.deadAfterMs) return "dead";
    const isSilent = now - this.receivedAt >= this.times.pingAfterMs;
    // The peer is to hear something too, also where it alone has something to say.
    if (!isSilent && now - this.sentAt < this.times.deadAfterMs / 2) return "well";
    this.sentAt = now;
    return "ping";
  }
}
