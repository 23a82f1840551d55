import { SHARED_FOLDER } from "../../../cluster/servers/sim-secondary.ts";
import type { ActionKind } from "../../action.ts";
import { drawMoment, drawSecondary } from "../../draws.ts";

/** Reading or writing fails with EIO for a while: in the whole shared folder, or where copies grow. */
export const diskErrors: ActionKind<{ secondary: number; what: "read" | "write"; under: string; lastsMs: number }> = {
  name: "disk errors",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    what: random.pick(["read", "write"]),
    under: random.pick([SHARED_FOLDER, `${SHARED_FOLDER}/.redes`, `${SHARED_FOLDER}/films`]),
    lastsMs: drawMoment(random),
  }),
  apply(cluster, { secondary: number, what, under, lastsMs }, { quietAt }) {
    const { sim } = cluster;
    const { faults } = cluster.secondary(number).machine.disk;
    const field = what === "read" ? "readErrors" : "writeErrors";
    faults[field] = under;
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => {
      faults[field] = null;
    });
  },
};
