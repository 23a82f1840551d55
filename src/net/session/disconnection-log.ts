import type { Clock } from "../../platform/clock.ts";
import { type Log, silentLog } from "../../platform/log/log.ts";
import { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Channel, CloseReason } from "./channel.ts";

/** The same of one peer, and all together: scanners of ports come from everywhere, and again. */
const PER_PEER_LIMIT = { maxLines: 1, periodMs: 600_000 };
const TOTAL_LIMIT = { maxLines: 20, periodMs: 600_000 };

/** Tells in a server's log of peers that were sent away. */
export class DisconnectionLog {
  private readonly limiter: LogLimiter;

  constructor(clock: Clock, log: Log) {
    const all = new LogLimiter(log, clock, TOTAL_LIMIT);
    const warn: Log["warn"] = (event, message) => all.warn(event, message, {}, "any");
    this.limiter = new LogLimiter({ ...silentLog, warn }, clock, PER_PEER_LIMIT);
  }

  /** A session is over; it is told of if it ended by what the peer sent. */
  record({ remoteHost }: Pick<Channel, "remoteHost">, { cause, message }: CloseReason): void {
    if (cause !== "protocol" && cause !== "stranger" && cause !== "fault") return;
    const text = `${remoteHost} was disconnected: ${message}`;
    this.limiter.warn(cause, text, {}, text);
  }
}
