import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary } from "../draws.ts";

/** Somebody deletes a file from one folder: the others have it still. */
export const deleteFile: ActionKind<{ secondary: number; name: string }> = {
  name: "delete a file",
  fault: false,
  weight: 3,
  draw: (random, shape) => ({ secondary: drawSecondary(random, shape), name: drawName(random) }),
  apply(cluster, { secondary: number, name }) {
    const { users } = cluster;
    users.delete(cluster.secondary(number), name);
  },
};
