import { SHARED_FOLDER } from "../../../cluster/servers/sim-secondary.ts";
import type { ActionKind } from "../../action.ts";
import { drawMoment, drawSecondary } from "../../draws.ts";

/** A disk, or the memory, flips bits in what is read of the shared folder for a while. */
export const flipReads: ActionKind<{ secondary: number; chance: number; lastsMs: number }> = {
  name: "flipped bits on reads",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    chance: random.pick([0.05, 0.5]),
    lastsMs: drawMoment(random),
  }),
  apply(cluster, { secondary: number, chance, lastsMs }, { quietAt }) {
    const { sim } = cluster;
    const { faults } = cluster.secondary(number).machine.disk;
    faults.flippedReads = { under: SHARED_FOLDER, chance, random: sim.random(`flips at ${sim.now}`) };
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => {
      faults.flippedReads = null;
    });
  },
};
