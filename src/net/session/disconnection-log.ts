import type { Clock } from "../../platform/clock.ts";
import { type Log, silentLog } from "../../platform/log/log.ts";
import { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Channel, CloseCause, CloseReason } from "./channel.ts";

/** Log lines per peer and in all: port scanners come from many addresses, and come again. */
const PER_PEER_LIMIT = { maxLines: 1, periodMs: 600_000 };
const TOTAL_LIMIT = { maxLines: 20, periodMs: 600_000 };

const LOGGED: ReadonlySet<CloseCause> = new Set(["protocol", "stranger", "fault", "slow"]);

/** Writes into a server's log which peers were disconnected, and why. */
export class DisconnectionLog {
  private readonly limiter: LogLimiter;

  constructor(clock: Clock, log: Log) {
    const all = new LogLimiter(log, clock, TOTAL_LIMIT);
    const warn: Log["warn"] = (event, message) => all.warn(event, message, {}, "any");
    this.limiter = new LogLimiter({ ...silentLog, warn }, clock, PER_PEER_LIMIT);
  }

  /** A session has ended. It is logged if it ended because of what the peer does. */
  record({ remoteHost }: Pick<Channel, "remoteHost">, { cause, message }: CloseReason): void {
    if (!LOGGED.has(cause)) return;
    const text = `${remoteHost} was disconnected: ${message}`;
    this.limiter.warn(cause, text, {}, text);
  }
}
