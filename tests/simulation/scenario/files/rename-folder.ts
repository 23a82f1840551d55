import type { ActionKind } from "../action.ts";
import { drawSecondary } from "../draws.ts";

/** Somebody renames a folder with all that is in it. */
export const renameFolder: ActionKind<{ secondary: number; from: string; to: string }> = {
  name: "rename a folder",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    from: random.pick(["films", "films/old", "new"]),
    to: random.pick(["films", "movies", "films/older"]),
  }),
  apply(cluster, { secondary: number, from, to }) {
    const { users } = cluster;
    users.renameFolder(cluster.secondary(number), from, to);
  },
};
