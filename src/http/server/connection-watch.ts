import { addressGroup, normalizeHost } from "../../net/address/address.ts";
import type { Cancel } from "../../platform/clock.ts";
import type { AcceptedConnection } from "../../platform/linux/socket-calls.ts";
import { ADDRESS_SHARE } from "../../protocol/limits.ts";
import type { Asker } from "../access/guard.ts";

/** What is known of a connection. */
interface Known {
  /** The lower, the longer it is there. */
  readonly serial: number;
  readonly address: string;
  /** Whether a request has come over it that was admitted. */
  hasAsked: boolean;
  /** Who made the last request. */
  last: Asker | null;
  /** Who made those that are not answered to their end: there are several where the other end does not wait for an answer. */
  readonly underWay: Set<Asker>;
}

/**
 * Says which connections must end, since the runtime takes every one: of those that are too many, in all or from one address,
 * first who has never asked for anything that he may have, then who came last. And those over which somebody has asked, last or for what
 * is still being sent, who would not be let in any more. Sans-I/O.
 */
export class ConnectionWatch {
  private readonly known = new Map<string, Known>();
  private lastSerial = 0;

  /** `limit`: connections at once. */
  constructor(private readonly limit: number) {}

  /** A request from this end is admitted. To be called once it is answered to its end: what this gives. */
  asked(host: string, port: number, asker: Asker): Cancel {
    const known = this.knownAt(host, port);
    known.hasAsked = true;
    known.last = asker;
    known.underWay.add(asker);
    return () => void known.underWay.delete(asker);
  }

  /** `present`: all connections that there are now. Gives those that are to be ended. */
  excess(present: readonly AcceptedConnection[]): AcceptedConnection[] {
    this.forgetOthers(present);
    const inOrder = present
      .map((connection) => ({ connection, known: this.knownAt(connection.host, connection.port) }))
      .sort(
        (one, other) =>
          Number(other.known.hasAsked) - Number(one.known.hasAsked) || one.known.serial - other.known.serial,
      );
    const counts = new Map<string, number>();
    const most = Math.max(1, Math.floor(this.limit * ADDRESS_SHARE));
    let taken = 0;
    return inOrder.flatMap(({ connection, known: { address } }) => {
      const count = (counts.get(address) ?? 0) + 1;
      if (taken >= this.limit || count > most) return [connection];
      counts.set(address, count);
      taken += 1;
      return [];
    });
  }

  /** Those over which somebody has asked of whom this says that he is not let in any more. */
  ended(present: readonly AcceptedConnection[], hasEnded: (asker: Asker) => boolean): AcceptedConnection[] {
    return present.filter(({ host, port }) => {
      const known = this.known.get(keyOf(host, port));
      return known && [...known.underWay, ...(known.last ? [known.last] : [])].some(hasEnded);
    });
  }

  private forgetOthers(present: readonly AcceptedConnection[]): void {
    const keys = new Set(present.map(({ host, port }) => keyOf(host, port)));
    for (const key of this.known.keys()) if (!keys.has(key)) this.known.delete(key);
  }

  private knownAt(host: string, port: number): Known {
    const key = keyOf(host, port);
    const found = this.known.get(key);
    if (found) return found;
    this.lastSerial += 1;
    const known: Known = {
      serial: this.lastSerial,
      address: addressGroup(normalizeHost(host)),
      hasAsked: false,
      last: null,
      underWay: new Set(),
    };
    this.known.set(key, known);
    return known;
  }
}

function keyOf(host: string, port: number): string {
  return `${normalizeHost(host)} ${port}`;
}
