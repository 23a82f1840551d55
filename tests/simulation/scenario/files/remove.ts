import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";

/** Somebody removes a file from the whole cluster, at the central's console. */
export const remove: ActionKind<{ name: string }> = {
  name: "remove a file from the cluster",
  fault: false,
  weight: 2,
  draw: (random) => ({ name: drawName(random) }),
  apply(cluster, { name }) {
    cluster.console.remove(name);
  },
};
