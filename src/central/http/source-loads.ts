import { MIB } from "../../platform/units.ts";
import type { HttpHolder } from "./file-locator.ts";

/**
 * Milliseconds in which a secondary counts as having sent half of what it was to send. What it tells of all that it sends
 * comes too late, and says nothing of those who were sent there.
 */
const HALF_LIFE_MS = 60_000;
/** Bytes that a request counts as beside the file itself: small ones cost too. */
const REQUEST_BYTES = MIB;
/** How much more a request counts where a secondary still has files of others to copy. */
const WEIGHT_WHEN_BEHIND = 2;

/** Bytes that a secondary had still to send at a time. */
interface HolderLoad {
  readonly bytes: number;
  readonly at: number;
}

/** Which secondary is the least busy with those that the central has sent there. Sans-I/O. */
export class SourceLoads {
  private readonly loads = new Map<number, HolderLoad>();

  /**
   * Of several secondaries the one that would be the least busy with a file of `size` bytes more, the first one where they
   * are equal: so files of one size go to all in turn. `holders` has at least one.
   */
  leastBusy<T extends Pick<HttpHolder, "number" | "isBehind">>(holders: readonly T[], size: number, now: number): T {
    const costs = holders.map(({ number, isBehind }) => {
      return (this.bytesAt(number, now) + size + REQUEST_BYTES) * (isBehind ? WEIGHT_WHEN_BEHIND : 1);
    });
    const best = holders[costs.indexOf(Math.min(...costs))];
    if (!best) throw new Error("there is no secondary to choose from");
    return best;
  }

  /** Somebody was sent to a secondary for `size` bytes. */
  add(number: number, size: number, now: number): void {
    this.loads.set(number, { bytes: this.bytesAt(number, now) + size + REQUEST_BYTES, at: now });
  }

  private bytesAt(number: number, now: number): number {
    const load = this.loads.get(number);
    return load ? load.bytes * 2 ** ((load.at - now) / HALF_LIFE_MS) : 0;
  }
}
