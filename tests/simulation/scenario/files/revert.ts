import type { PutWay } from "../../cluster/people/users.ts";
import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary } from "../draws.ts";

/** Somebody puts back a content that was there before, under the same name or another one. */
export const revert: ActionKind<{ secondary: number; name: string; back: number; way: PutWay }> = {
  name: "put an old content back",
  fault: false,
  weight: 2,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    back: 1 + random.below(4),
    way: random.pick(["in place", "by rename"]),
  }),
  apply(cluster, { secondary: number, name, back, way }) {
    const { users } = cluster;
    const old = [...users.contents.known.values()].filter(({ whole }) => whole).at(-back);
    if (old) users.put(cluster.secondary(number), name, old.bytes, way);
  },
};
