import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";

/** Somebody brings back a kept file, at the central's console. */
export const restore: ActionKind<{ name: string; number: number }> = {
  name: "restore a kept file",
  fault: false,
  weight: 2,
  draw: (random) => ({ name: drawName(random), number: random.below(3) }),
  apply(cluster, { name, number }) {
    cluster.console.restore(name, number);
  },
};
