import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary, drawSize } from "../draws.ts";

/** The same file is put on two secondaries. */
export const putSame: ActionKind<{ one: number; other: number; name: string; size: number; laterMs: number }> = {
  name: "put the same file on two secondaries",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    one: drawSecondary(random, shape),
    other: drawSecondary(random, shape),
    name: drawName(random),
    size: drawSize(random),
    laterMs: random.below(random.pick([1, 1000, 5000])),
  }),
  apply(cluster, { one, other, name, size, laterMs }, { quietAt }) {
    const { sim, users } = cluster;
    const bytes = users.newContent(size);
    users.put(cluster.secondary(one), name, bytes, "by rename");
    const later = Math.max(0, Math.min(laterMs, quietAt - sim.now - 1));
    sim.after(later, () => users.put(cluster.secondary(other), name, bytes, "by rename"));
  },
};
