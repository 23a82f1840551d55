import type { ActionKind } from "../action.ts";

/** People move everything from one cluster key to the next, in three steps, without a stop. */
export const rotateKey: ActionKind<{ gapMs: number }> = {
  name: "exchange the cluster key",
  fault: false,
  weight: 3,
  draw: (random) => ({ gapMs: random.pick([0, 1, 50, 1000]) }),
  apply({ rotation }, { gapMs }) {
    rotation?.begin(gapMs);
  },
};
