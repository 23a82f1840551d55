import type { Rights } from "../../../../src/protocol/rights.ts";

/** What came of one order to revoke a key. */
export interface RevocationOrder {
  readonly rights: Rights;
  readonly fingerprint: string;
  /** `refused`: because of the key that it came with; `failed`: for any other reason. */
  readonly outcome: "revoked" | "refused" | "failed";
  /** For people; empty where it is revoked. */
  readonly reason: string;
}

/** Which keys people have had revoked. */
export class RevocationRecord {
  /** Fingerprints of those that somebody who may has asked for, be it done or not. */
  readonly asked = new Set<string>();
  /** When somebody was told that it is done: simulated milliseconds, by fingerprint. */
  readonly done = new Map<string, number>();
  readonly orders: RevocationOrder[] = [];

  ordered(order: RevocationOrder, now: number): void {
    this.orders.push(order);
    if (order.outcome === "revoked" && !this.done.has(order.fingerprint)) this.done.set(order.fingerprint, now);
  }
}
