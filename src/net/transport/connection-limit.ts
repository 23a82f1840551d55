import type { Clock } from "../../platform/clock.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Channel } from "../session/channel.ts";

/** Connections in each second that are told why they are refused: each stays open a moment longer for it. */
const MAX_TOLD = 16;
const SECOND_MS = 1000;

/** Bounds the connections that a server has at once, so that it has descriptors left for its own work. */
export class ConnectionLimit {
  private since = Number.NEGATIVE_INFINITY;
  private told = 0;

  constructor(
    private readonly most: number,
    private readonly clock: Clock,
    private readonly log: LogLimiter,
  ) {}

  /** Ends a new connection when there are too many, `count` with it; says whether it did. */
  refuses(channel: Channel, count: number): boolean {
    if (count <= this.most) return false;
    const text = `there are ${this.most} connections, as many as may be (see ulimit -n)`;
    this.log.warn("connections", `${text}; ${channel.remoteHost} is refused`, { most: this.most });
    const now = this.clock.now();
    if (now - this.since >= SECOND_MS) {
      this.since = now;
      this.told = 0;
    }
    this.told += 1;
    if (this.told <= MAX_TOLD) channel.fail("busy", `${text}; try again later`);
    else channel.close({ cause: "lost", message: text });
    return true;
  }
}
