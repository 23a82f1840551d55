import { isTokenEnded, type TokenHolder } from "../../keys/tokens/verify-token.ts";
import type { Revocations } from "../../keys/trust/revocations.ts";
import { addressGroup, normalizeHost } from "../../net/address/address.ts";
import type { AcceptedConnection } from "../../platform/linux/socket-calls.ts";
import { ADDRESS_SHARE } from "../../protocol/limits.ts";

/** What is known of a connection. */
interface Known {
  /** The lower, the longer it is there. */
  readonly serial: number;
  readonly address: string;
  /** Whether a request has come over it that was admitted. */
  hasAsked: boolean;
  /** Whose token the last request showed. */
  by: TokenHolder | null;
}

/**
 * Says which connections must end, since the runtime takes every one: of those that are too many, in all or from one address,
 * first who has never asked for anything that he may have, then who came last. And of those whose last request showed a token, the ones whose
 * token has ended meanwhile. Sans-I/O.
 */
export class ConnectionWatch {
  private readonly known = new Map<string, Known>();
  private lastSerial = 0;

  /** `limit`: connections at once. */
  constructor(private readonly limit: number) {}

  /** A request from this end is admitted, `by` whom its token says. */
  asked(host: string, port: number, by: TokenHolder | null): void {
    const known = this.knownAt(host, port);
    known.hasAsked = true;
    known.by = by;
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

  /** Those whose token is revoked or has expired. `now`: milliseconds since 1970. */
  ended(present: readonly AcceptedConnection[], revocations: Revocations, now: number): AcceptedConnection[] {
    return present.filter(({ host, port }) => {
      const by = this.known.get(keyOf(host, port))?.by;
      return by && isTokenEnded(by, revocations, now);
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
    const known = { serial: this.lastSerial, address: addressGroup(normalizeHost(host)), hasAsked: false, by: null };
    this.known.set(key, known);
    return known;
  }
}

function keyOf(host: string, port: number): string {
  return `${normalizeHost(host)} ${port}`;
}
