import type { ActionKind } from "../../action.ts";
import { drawMoment, drawSecondary } from "../../draws.ts";

/** The disk of a shared folder has no room left for a while. */
export const fillDisk: ActionKind<{ secondary: number; left: number; lastsMs: number }> = {
  name: "full disk",
  fault: true,
  weight: 2,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    left: random.pick([0, 4096, 100_000]),
    lastsMs: drawMoment(random),
  }),
  apply(cluster, { secondary: number, left, lastsMs }, { quietAt }) {
    const { sim } = cluster;
    const { disk, machine } = cluster.secondary(number);
    machine.disk.faults.fill(disk, left);
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => machine.disk.faults.empty(disk));
  },
};
