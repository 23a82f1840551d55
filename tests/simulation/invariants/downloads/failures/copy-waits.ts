import { COPY_RETRY_DELAYS_MS } from "../../../../../src/central/registry/copies/copy-backlog.ts";
import type { SimCluster } from "../../../cluster/sim-cluster.ts";

/** Simulated milliseconds between two looks: an order takes longer than that where it is not refused at once. */
const LOOK_MS = 50;
/** Milliseconds that a copy waits at most after it has failed. */
const LONGEST_WAIT_MS = Math.max(...COPY_RETRY_DELAYS_MS);

/**
 * Since when copies wait for their next try. One that has failed several times in a fault of half a minute waits for a
 * minute or longer, also when the fault is over.
 */
export class CopyWaits {
  private lastLook = Number.NEGATIVE_INFINITY;
  /** By the number of the secondary that is to copy: simulated milliseconds. */
  private readonly since = new Map<number, number>();

  constructor(private readonly cluster: SimCluster) {}

  look(): void {
    const { sim, central, secondaries } = this.cluster;
    if (sim.now - this.lastLook < LOOK_MS) return;
    this.lastLook = sim.now;
    const table = central.started ? central.role?.registry.secondaries : undefined;
    for (const { number } of secondaries) {
      const copies = table?.get(number)?.copies;
      const isWaiting = copies !== undefined && copies.pendingCount > copies.orderedCount;
      if (!isWaiting) this.since.delete(number);
      else if (!this.since.has(number)) this.since.set(number, sim.now);
    }
  }

  /** When the first of those began to wait that wait now; now if none does. */
  begin(): number {
    const { now } = this.cluster.sim;
    return Math.max(now - LONGEST_WAIT_MS, Math.min(now, ...this.since.values()));
  }
}
