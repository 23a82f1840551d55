import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary } from "../draws.ts";

/** Somebody writes a file over some time: its first half is there for a while. */
export const putInSteps: ActionKind<{ secondary: number; name: string; size: number; pauseMs: number }> = {
  name: "put a file in steps",
  fault: false,
  weight: 2,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    size: 6 + random.below(50_000),
    pauseMs: random.below(random.pick([500, 2000, 6000])),
  }),
  apply(cluster, { secondary: number, name, size, pauseMs }, { quietAt }) {
    const { sim, users } = cluster;
    const bytes = users.newContent(size);
    users.passThrough(cluster.secondary(number), name, bytes.subarray(0, size >> 1));
    const pause = Math.max(0, Math.min(pauseMs, quietAt - sim.now - 1));
    sim.after(pause, () => users.put(cluster.secondary(number), name, bytes, "in place"));
  },
};
