import type { Cancel } from "../../platform/clock.ts";
import { DAY_MS } from "../../platform/units.ts";
import { MAX_REVOCATIONS } from "../../protocol/limits.ts";
import type { PeerKey } from "./authorities.ts";

/** Milliseconds for which a revocation is kept in any case after the end of its key, for clocks that are late. */
const KEPT_AFTER_END_MS = DAY_MS;

/** A key that lets nobody in any more, though it has not ended. */
export interface Revocation {
  /** As `redes key show` prints it. */
  readonly fingerprint: string;
  /** When the key ends by itself, in milliseconds since 1970: after that nobody needs to know of the revocation. */
  readonly until: number;
}

/** The revocations that a process knows of. A cluster key that is revoked takes all that was made from it along. */
export class Revocations {
  /** Ends by fingerprint. */
  private readonly ends = new Map<string, number>();
  private readonly listeners = new Set<(added: readonly Revocation[]) => void>();

  has({ fingerprint, authority }: Pick<PeerKey, "fingerprint" | "authority">): boolean {
    return this.ends.has(fingerprint) || this.ends.has(authority);
  }

  get all(): Revocation[] {
    return [...this.ends].map(([fingerprint, until]) => ({ fingerprint, until }));
  }

  /**
   * Whoever listens hears of those that are new; gives whether there are any. Beyond the most that are kept, those whose keys
   * end first are forgotten: a central refuses before it comes to that. None is forgotten because of the time: a clock that
   * is wrong for a moment would let in again whoever was revoked.
   */
  add(revocations: readonly Revocation[]): boolean {
    const added = revocations.filter(({ fingerprint }) => !this.ends.has(fingerprint));
    if (added.length === 0) return false;
    for (const { fingerprint, until } of added) this.ends.set(fingerprint, until);
    const extra = this.ends.size - MAX_REVOCATIONS;
    if (extra > 0) {
      const byEnd = [...this.ends].sort(([, left], [, right]) => left - right);
      for (const [fingerprint] of byEnd.slice(0, extra)) this.ends.delete(fingerprint);
    }
    for (const listener of [...this.listeners]) listener(added);
    return true;
  }

  onAdded(listener: (added: readonly Revocation[]) => void): Cancel {
    // A function of its own, so that each call is cancelled by itself.
    const own = (added: readonly Revocation[]) => listener(added);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }
}

/** Whether the revocation of a key that ends at `until` may be forgotten where there is no room for another one. */
export function isOver(until: number, now: number): boolean {
  return now > until + KEPT_AFTER_END_MS;
}
