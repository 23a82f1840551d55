import type { Clock } from "../../platform/clock.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Channel } from "../session/channel.ts";

/** Refused connections in each second that get the reason as a message: each stays open a moment longer for it. */
const MAX_EXPLAINED_REFUSALS = 16;
const SECOND_MS = 1000;

/** Bounds the connections that a server has at once, so that it has descriptors left for its own work. */
export class ConnectionLimit {
  private since = Number.NEGATIVE_INFINITY;
  private explained = 0;

  constructor(
    private readonly maxConnections: number,
    private readonly clock: Clock,
    private readonly log: LogLimiter,
  ) {}

  /** Ends a new connection when there are too many, `count` with it; says whether it did. */
  refuses(channel: Channel, count: number): boolean {
    if (count <= this.maxConnections) return false;
    const text = `there are ${this.maxConnections} connections, as many as may be (see ulimit -n)`;
    this.log.warn("connections", `${text}; ${channel.remoteHost} is refused`, { most: this.maxConnections });
    const now = this.clock.now();
    if (now - this.since >= SECOND_MS) {
      this.since = now;
      this.explained = 0;
    }
    this.explained += 1;
    if (this.explained <= MAX_EXPLAINED_REFUSALS) channel.fail("busy", `${text}; try again later`);
    else channel.close({ cause: "lost", message: text });
    return true;
  }
}
