import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary } from "../draws.ts";

/** Somebody appends to a file. */
export const append: ActionKind<{ secondary: number; name: string; bytes: number }> = {
  name: "append to a file",
  fault: false,
  weight: 2,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    bytes: 3 + random.below(3000),
  }),
  apply(cluster, { secondary: number, name, bytes }) {
    const { users } = cluster;
    const at = cluster.secondary(number);
    const before = users.filesOf(at).read(name);
    if (before) users.put(at, name, Buffer.concat([before, users.newContent(bytes)]), "in place");
  },
};
