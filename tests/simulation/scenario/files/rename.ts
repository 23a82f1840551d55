import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary } from "../draws.ts";

/** Somebody renames a file, maybe to a name that is taken. */
export const rename: ActionKind<{ secondary: number; from: string; to: string }> = {
  name: "rename a file",
  fault: false,
  weight: 3,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    from: drawName(random),
    to: random.chance(0.5) ? drawName(random) : `new/${drawName(random)}`,
  }),
  apply(cluster, { secondary: number, from, to }) {
    const { users } = cluster;
    users.rename(cluster.secondary(number), from, to);
  },
};
