import { ADDRESS_SHARE, MAX_UNFINISHED_CONNECTIONS } from "../../protocol/limits.ts";
import { addressGroup } from "../address/address.ts";

/** `displaced`: the connection that has to give its place to the new one. `refused`: what is used up. */
export type Admission<T> =
  | { readonly kind: "admitted"; readonly displaced: T | null }
  | { readonly kind: "refused"; readonly by: "all" | "address" };

/** The connections of one address. Those that are not finished, the oldest first. */
interface AddressConnections<T> {
  count: number;
  readonly unfinished: Set<T>;
}

/**
 * Who may be connected to a server. A connection is unfinished until the other end has shown that it speaks the protocol:
 * there are few of these at once, and the oldest gives its place to a new one, because an honest end needs its place for
 * moments only. So connections that say nothing keep nobody out. Sans-I/O.
 */
export class ConnectionPlaces<T> {
  private readonly byAddress = new Map<string, AddressConnections<T>>();
  private readonly addresses = new Map<T, string>();
  private unfinished = 0;
  /** Connections that one address may have. */
  readonly perAddress: number;
  private readonly maxUnfinished: number;

  /** `most`: connections at once. */
  constructor(readonly most: number) {
    this.perAddress = Math.ceil(most * ADDRESS_SHARE);
    this.maxUnfinished = Math.min(MAX_UNFINISHED_CONNECTIONS, Math.ceil(most / 2));
  }

  /** A connection from `host` has come. One that is admitted must be released at its end, the displaced one too. */
  admit(connection: T, host: string): Admission<T> {
    const address = addressGroup(host);
    const own = this.byAddress.get(address) ?? { count: 0, unfinished: new Set() };
    let displaced: T | null = null;
    if (own.count >= this.perAddress) {
      displaced = oldest(own);
      if (displaced === null) return { kind: "refused", by: "address" };
    } else if (this.addresses.size >= this.most || this.unfinished >= this.maxUnfinished) {
      displaced = this.oldestOfMost();
      if (displaced === null) return { kind: "refused", by: "all" };
    }
    own.count += 1;
    own.unfinished.add(connection);
    this.unfinished += 1;
    this.byAddress.set(address, own);
    this.addresses.set(connection, address);
    return { kind: "admitted", displaced };
  }

  /** The other end of a connection has shown that it speaks the protocol. */
  finished(connection: T): void {
    if (this.of(connection)?.unfinished.delete(connection)) this.unfinished -= 1;
  }

  /** A connection is over; says whether it had a place. */
  release(connection: T): boolean {
    const own = this.of(connection);
    if (!own) return false;
    this.finished(connection);
    own.count -= 1;
    if (own.count === 0) this.byAddress.delete(this.addresses.get(connection) ?? "");
    return this.addresses.delete(connection);
  }

  private of(connection: T): AddressConnections<T> | undefined {
    const address = this.addresses.get(connection);
    return address === undefined ? undefined : this.byAddress.get(address);
  }

  /** The oldest unfinished connection of the address that has most of them. */
  private oldestOfMost(): T | null {
    let most: AddressConnections<T> | null = null;
    for (const one of this.byAddress.values()) {
      if (one.unfinished.size > (most?.unfinished.size ?? 0)) most = one;
    }
    return most && oldest(most);
  }
}

function oldest<T>({ unfinished }: AddressConnections<T>): T | null {
  for (const connection of unfinished) return connection;
  return null;
}
