import { SHARED_FOLDER } from "../../../cluster/servers/sim-secondary.ts";
import type { ActionKind } from "../../action.ts";
import { drawMoment, drawSecondary } from "../../draws.ts";

/** Somebody takes away the right to make and remove files in a folder, the shared one or one in it, for a while: EACCES. */
export const protectFolder: ActionKind<{ secondary: number; path: string; lastsMs: number }> = {
  name: "protected folder",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    path: random.pick([
      SHARED_FOLDER,
      `${SHARED_FOLDER}/films`,
      `${SHARED_FOLDER}/films/old`,
      `${SHARED_FOLDER}/.redes`,
    ]),
    lastsMs: drawMoment(random),
  }),
  apply(cluster, { secondary: number, path, lastsMs }, { quietAt }) {
    const { sim } = cluster;
    const { disk } = cluster.secondary(number).machine;
    if (disk.calls.kindAt(path) !== "folder") return;
    sim.after(Math.min(lastsMs, quietAt - sim.now), disk.user.protect(path));
  },
};
