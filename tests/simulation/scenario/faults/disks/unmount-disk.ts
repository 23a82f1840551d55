import { SHARED_FOLDER } from "../../../cluster/servers/sim-secondary.ts";
import { SimFileSystem } from "../../../world/disk/file-system/file-system.ts";
import type { ActionKind } from "../../action.ts";
import { drawMoment, drawSecondary } from "../../draws.ts";

/** The disk of a shared folder is unmounted for a while: its mount point is empty, or another disk is there. */
export const unmountDisk: ActionKind<{ secondary: number; other: boolean; lastsMs: number }> = {
  name: "unmounted disk",
  fault: true,
  weight: 2,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    other: random.chance(0.4),
    lastsMs: drawMoment(random),
  }),
  apply(cluster, { secondary: number, other, lastsMs }, { quietAt }) {
    const { sim } = cluster;
    const at = cluster.secondary(number);
    if (!at.isMounted) return;
    at.machine.disk.unmount(SHARED_FOLDER);
    if (other) at.machine.disk.mount(SHARED_FOLDER, new SimFileSystem(sim));
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => at.mountDisk());
  },
};
