import type { SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Invariant } from "../invariant.ts";

/** Simulated milliseconds for which the copies that were under way may still find a disk full that somebody has filled. */
const UNDER_WAY_MS = 3000;

/**
 * A copy is begun only when there is room for all of it beside those under way: where nobody else takes the room of a disk,
 * no write finds it full.
 */
export const roomForCopies: Invariant = {
  name: "copies have room",
  watch(cluster, broken) {
    const before = new Map<SimSecondary, number>();
    return {
      afterEvent: () => {
        for (const secondary of cluster.secondaries) {
          const full = secondary.machine.disk.faults.counts.get("full") ?? 0;
          if (full === (before.get(secondary) ?? 0)) continue;
          before.set(secondary, full);
          if (isLeftAlone(cluster, secondary)) broken(`a write at secondary ${secondary.number} finds the disk full`);
        }
      },
    };
  },
};

/** Whether nothing was done to a secondary for a while. */
function isLeftAlone({ happened, sim }: SimCluster, { number }: SimSecondary): boolean {
  return !happened.some(({ at, params }) => {
    if (at < sim.now - UNDER_WAY_MS || typeof params !== "object" || params === null) return false;
    return !("client" in params) && (!("secondary" in params) || params.secondary === number);
  });
}
