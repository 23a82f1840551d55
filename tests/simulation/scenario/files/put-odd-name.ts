import type { ActionKind } from "../action.ts";
import { drawSecondary } from "../draws.ts";

const ODD_NAMES = ["A.MKV", "Films/c.mkv", `${"long".repeat(60)}.mkv`, "ümlaut \u00fc.txt", "with space", "x.conflict"];

/** A file with a name that differs by case alone from another one's, or is long, or strange. */
export const putOddName: ActionKind<{ secondary: number; name: string; size: number }> = {
  name: "put a file with an odd name",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    name: random.pick(ODD_NAMES),
    size: 3 + random.below(1000),
  }),
  apply(cluster, { secondary: number, name, size }) {
    const { users } = cluster;
    users.put(cluster.secondary(number), name, users.newContent(size), "by rename");
  },
};
