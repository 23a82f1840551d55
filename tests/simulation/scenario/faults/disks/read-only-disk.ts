import type { ActionKind } from "../../action.ts";
import { drawMoment, drawSecondary } from "../../draws.ts";

/** The disk of a shared folder is read-only for a while. */
export const readOnlyDisk: ActionKind<{ secondary: number; lastsMs: number }> = {
  name: "read-only disk",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({ secondary: drawSecondary(random, shape), lastsMs: drawMoment(random) }),
  apply(cluster, { secondary: number, lastsMs }, { quietAt }) {
    const { sim } = cluster;
    const { disk } = cluster.secondary(number);
    disk.readOnly = true;
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => {
      disk.readOnly = false;
    });
  },
};
