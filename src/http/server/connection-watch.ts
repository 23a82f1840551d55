import { addressGroup, normalizeHost } from "../../net/address/address.ts";
import type { Cancel } from "../../platform/clock.ts";
import type { AcceptedConnection } from "../../platform/linux/socket-calls.ts";
import { ADDRESS_SHARE } from "../../protocol/limits.ts";
import type { Asker } from "../access/guard.ts";

/** What is known of a connection. */
interface Known {
  /** The address and port of its other end. */
  readonly key: string;
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
  /** The same by what was found: of thousands that stay nothing is to be computed at each check. */
  private readonly byConnection = new WeakMap<AcceptedConnection, Known>();
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
    const all = present.map((connection) => ({ connection, known: this.knownOf(connection) }));
    this.forgetOthers(all);
    const most = Math.max(1, Math.floor(this.limit * ADDRESS_SHARE));
    if (present.length <= most) return [];
    const inOrder = all.sort(
      (one, other) =>
        Number(other.known.hasAsked) - Number(one.known.hasAsked) || one.known.serial - other.known.serial,
    );
    const counts = new Map<string, number>();
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
    return present.filter((connection) => {
      const { underWay, last } = this.knownOf(connection);
      if (last && hasEnded(last)) return true;
      for (const asker of underWay) if (hasEnded(asker)) return true;
      return false;
    });
  }

  private forgetOthers(present: readonly { readonly known: Known }[]): void {
    const stay = new Set(present.map(({ known }) => known));
    for (const known of this.known.values()) if (!stay.has(known)) this.known.delete(known.key);
  }

  private knownOf(connection: AcceptedConnection): Known {
    const found = this.byConnection.get(connection);
    if (found && this.known.get(found.key) === found) return found;
    const known = this.knownAt(connection.host, connection.port);
    this.byConnection.set(connection, known);
    return known;
  }

  private knownAt(host: string, port: number): Known {
    const key = keyOf(host, port);
    const found = this.known.get(key);
    if (found) return found;
    this.lastSerial += 1;
    const known: Known = {
      key,
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
