import type { PutWay } from "../../cluster/people/users.ts";
import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary, drawSize } from "../draws.ts";

/** Somebody adds a file, or puts another content in the place of one. */
export const put: ActionKind<{ secondary: number; name: string; size: number; way: PutWay }> = {
  name: "put a file",
  fault: false,
  weight: 8,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    size: drawSize(random),
    way: random.pick(["in place", "by rename"]),
  }),
  apply(cluster, { secondary: number, name, size, way }) {
    const { users } = cluster;
    users.put(cluster.secondary(number), name, users.newContent(size), way);
  },
};
