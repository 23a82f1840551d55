import type { ActionKind } from "../../action.ts";
import { drawMoment, drawSecondary } from "../../draws.ts";

/** Milliseconds that a hand takes at least to put a disk back: longer than a secondary needs to miss it. */
const LEAST_MS = 2000;

/**
 * The disk of a shared folder is pulled out for a while: what was not synced may be lost, and who has its files open can
 * neither read nor write them any more.
 */
export const pullDisk: ActionKind<{ secondary: number; lastsMs: number }> = {
  name: "pulled disk",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({ secondary: drawSecondary(random, shape), lastsMs: LEAST_MS + drawMoment(random) }),
  apply(cluster, { secondary: number, lastsMs }, { quietAt }) {
    const { sim } = cluster;
    const at = cluster.secondary(number);
    if (!at.isMounted || quietAt - sim.now < LEAST_MS) return;
    cluster.pullDisk(at);
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => at.mountDisk());
  },
};
