import type { Cancel, Clock } from "../../platform/clock.ts";
import { type Log, silentLog } from "../../platform/log/log.ts";
import { LogLimiter, ONCE_AN_HOUR } from "../../platform/log/log-limiter.ts";
import { MAX_UNFINISHED_CONNECTIONS } from "../../protocol/limits.ts";
import { GREETING_TIMEOUT_MS } from "../../protocol/timing.ts";
import { normalizeHost } from "../address/address.ts";
import { ConnectionPlaces } from "./connection-places.ts";

/** What a connection in its handshake must be able to do. */
interface Handshaking {
  readonly remoteAddress: string | undefined;
  terminate(): void;
}

interface Handshake {
  /** When the connection was accepted, in milliseconds. */
  readonly since: number;
  readonly cancel: Cancel;
}

/**
 * Connections that a server has accepted and that are not secured yet, which take some 50 KiB each: they are few, and not
 * for long. Where there are too many, the oldest is ended.
 */
export class UnfinishedHandshakes<T extends Handshaking> {
  private readonly handshakes = new Map<T, Handshake>();
  private readonly places: ConnectionPlaces<T>;

  private readonly log: LogLimiter;

  /** `log`: null in threads, which listen nowhere. `descriptors`: those of the process, of which a quarter is for these. */
  constructor(
    private readonly clock: Clock,
    log: Log | null,
    descriptors: number,
  ) {
    this.places = new ConnectionPlaces(Math.min(2 * MAX_UNFINISHED_CONNECTIONS, Math.floor(descriptors / 2)));
    this.log = new LogLimiter(log ?? silentLog, clock, ONCE_AN_HOUR);
  }

  begin(socket: T): void {
    const { clock } = this;
    const host = normalizeHost(socket.remoteAddress ?? "unknown");
    const admission = this.places.admit(socket, host);
    if (admission.kind === "refused") {
      socket.terminate();
      return;
    }
    const cancel = clock.after(GREETING_TIMEOUT_MS, () => this.abort(socket));
    this.handshakes.set(socket, { since: clock.now(), cancel });
    if (!admission.displaced) return;
    this.log.warn("unfinished", `too many TLS handshakes do not end, and ${host} begins another: the oldest are ended`);
    this.abort(admission.displaced);
  }

  /** When the connection was accepted, in milliseconds; null where its handshake was not under way. */
  end(socket: T): number | null {
    const handshake = this.handshakes.get(socket);
    if (!handshake) return null;
    handshake.cancel();
    this.handshakes.delete(socket);
    this.places.release(socket);
    return handshake.since;
  }

  private abort(socket: T): void {
    this.end(socket);
    socket.terminate();
  }
}
