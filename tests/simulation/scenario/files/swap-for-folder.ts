import type { ActionKind } from "../action.ts";
import { drawSecondary } from "../draws.ts";

/** A file makes place for a folder of its name with a file in it, or a folder for a file. */
export const swapForFolder: ActionKind<{ secondary: number; name: string; size: number }> = {
  name: "swap a file for a folder",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    name: random.pick(["notes", "films"]),
    size: 3 + random.below(500),
  }),
  apply(cluster, { secondary: number, name, size }) {
    const { users } = cluster;
    const at = cluster.secondary(number);
    const files = users.filesOf(at);
    if (files.isFolder(name)) {
      users.deleteFolder(at, name);
      users.put(at, name, users.newContent(size), "by rename");
    } else {
      users.delete(at, name);
      users.put(at, `${name}/inside`, users.newContent(size), "by rename");
    }
  },
};
