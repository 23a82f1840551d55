import { type Address, isLoopback, isWildcard } from "../../../../src/net/address/address.ts";
import type { Party } from "./connection/connection.ts";

/** Who takes the connections to a port. */
export interface Listening {
  readonly address: Address;
  readonly party: Party;
}

const FIRST_FREE_PORT = 40_000;

/** Who listens on one machine. */
export class Listeners {
  private readonly listenings = new Set<Listening>();
  private lastFreePort = FIRST_FREE_PORT;

  freePort(): number {
    this.lastFreePort += 1;
    return this.lastFreePort;
  }

  /** Whether somebody listens where `address` would. */
  isTaken({ host, port }: Address): boolean {
    return [...this.listenings].some(
      ({ address }) => address.port === port && (address.host === host || isWildcard(address.host) || isWildcard(host)),
    );
  }

  /** Accepts connections until what is returned is called. */
  add(listening: Listening): () => void {
    this.listenings.add(listening);
    return () => void this.listenings.delete(listening);
  }

  /** Who would take a connection to one of the machine's addresses. */
  at(host: string, port: number): Listening | undefined {
    for (const listening of this.listenings) {
      const { address } = listening;
      if (address.port !== port) continue;
      const both = isLoopback(host) && isLoopback(address.host);
      if (both || isWildcard(address.host) || address.host === host) return listening;
    }
    return undefined;
  }
}
