import type { ActionKind } from "../../action.ts";
import { drawName, drawSecondary } from "../../draws.ts";

/** A bit of a file in a shared folder flips on the disk: nothing else tells of it. */
export const flipAtRest: ActionKind<{ secondary: number; name: string }> = {
  name: "flipped bit at rest",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({ secondary: drawSecondary(random, shape), name: drawName(random) }),
  apply(cluster, { secondary: number, name }) {
    const { sim, folderFaults } = cluster;
    folderFaults.flipBit(cluster.secondary(number), name, sim.random(`flipped bit at ${sim.now}`));
  },
};
