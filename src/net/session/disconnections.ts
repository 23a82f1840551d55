import type { Clock } from "../../platform/clock.ts";
import { type Log, silentLog } from "../../platform/log/log.ts";
import { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Channel, CloseReason } from "./channel.ts";

/** The same of one peer, and all together: scanners of ports come from everywhere, and again. */
const SAME = { most: 1, periodMs: 600_000 };
const ALL = { most: 20, periodMs: 600_000 };

/** Tells in a server's log of peers that were sent away. */
export class Disconnections {
  private readonly limited: LogLimiter;

  constructor(clock: Clock, log: Log) {
    const all = new LogLimiter(log, clock, ALL);
    const warn: Log["warn"] = (event, message) => all.warn(event, message, {}, "any");
    this.limited = new LogLimiter({ ...silentLog, warn }, clock, SAME);
  }

  /** A session is over; it is told of if it ended by what the peer sent. */
  ended({ remoteHost }: Pick<Channel, "remoteHost">, { cause, message }: CloseReason): void {
    if (cause !== "protocol" && cause !== "stranger" && cause !== "fault") return;
    const text = `${remoteHost} was disconnected: ${message}`;
    this.limited.warn(cause, text, {}, text);
  }
}
