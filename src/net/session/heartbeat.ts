export interface HeartbeatRhythm {
  /** Milliseconds between looks, and of silence after which a ping is due. */
  readonly interval: number;
  /** Milliseconds without a byte from the peer after which it counts as dead. */
  readonly silence: number;
}

export type HeartbeatVerdict = "well" | "ping" | "dead";

/** Decides when to ping a peer and when to give it up. `now` in milliseconds of a clock that never goes back. */
export class Heartbeat {
  private received: number;
  private pinged: number;
  private looked: number;

  constructor(
    private readonly rhythm: HeartbeatRhythm,
    now: number,
  ) {
    this.received = now;
    this.pinged = now;
    this.looked = now;
  }

  /** Something came from the peer. */
  heard(now: number): void {
    this.received = now;
  }

  /** To be called once in each interval. */
  look(now: number): HeartbeatVerdict {
    // A late look means that this process was stopped itself: what the peer sent meanwhile is still to be read.
    if (now - this.looked > 2 * this.rhythm.interval) this.received = now;
    this.looked = now;
    if (now - this.received >= this.rhythm.silence) return "dead";
    if (now - this.received < this.rhythm.interval && now - this.pinged < this.rhythm.silence / 2) return "well";
    this.pinged = now;
    return "ping";
  }
}
