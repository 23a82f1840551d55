import { LRUCache } from "lru-cache";
import { addressGroup, normalizeHost } from "../../net/address/address.ts";

/** Tokens that one address may get wrong at once, and milliseconds after which it may one more. */
const MOST_AT_ONCE = 20;
const FORGIVEN_AFTER_MS = 3000;
/** Addresses that are remembered: beyond, those that failed longest ago are forgotten. */
const MAX_ADDRESSES = 10_000;

/** Bounds how many wrong tokens one address may show: each costs time to check. Nobody could guess one. Sans-I/O. */
export class FailedLogins {
  /** By address: when all that it has got wrong is forgotten, in milliseconds of the clock. */
  private readonly forgottenAt = new LRUCache<string, number>({ max: MAX_ADDRESSES });

  failed(host: string, now: number): void {
    const address = groupOf(host);
    const from = Math.max(now, this.forgottenAt.get(address) ?? now);
    this.forgottenAt.set(address, from + FORGIVEN_AFTER_MS);
  }

  /** Seconds until this address may try again; 0: now. */
  wait(host: string, now: number): number {
    const over = (this.forgottenAt.get(groupOf(host)) ?? now) - now - (MOST_AT_ONCE - 1) * FORGIVEN_AFTER_MS;
    return Math.max(0, Math.ceil(over / 1000));
  }
}

function groupOf(host: string): string {
  return addressGroup(normalizeHost(host));
}
