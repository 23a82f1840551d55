import type { Rights } from "../../../../src/protocol/rights.ts";

/** What came of one order to revoke a key. */
export interface RevocationOrder {
  readonly rights: Rights;
  readonly fingerprint: string;
  /** Simulated milliseconds. */
  readonly givenAt: number;
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
  /** The same, but only since the central has lost its database the last time: it must know of these. */
  readonly kept = new Map<string, number>();
  private lostAt = Number.NEGATIVE_INFINITY;
  readonly orders: RevocationOrder[] = [];

  ordered(order: RevocationOrder, now: number): void {
    this.orders.push(order);
    const { fingerprint, outcome, givenAt } = order;
    if (outcome !== "revoked") return;
    if (!this.done.has(fingerprint)) this.done.set(fingerprint, now);
    // The answer to an older one may be of the database that is gone.
    if (givenAt > this.lostAt && !this.kept.has(fingerprint)) this.kept.set(fingerprint, now);
  }

  /** The central has lost its database, and with it what was revoked. */
  forgotten(now: number): void {
    this.kept.clear();
    this.lostAt = now;
  }
}
