import { sharedPath } from "../../cluster/people/shared-paths.ts";
import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary, drawSize, within } from "../draws.ts";

type Params = {
  /** Where another content is put in the place of the file, and where that is to be replaced by a copy. */
  from: number;
  secondary: number;
  name: string;
  size: number;
  /** Milliseconds from when the old content is among the kept files: it is synced there before the copy gets its name. */
  afterMs: number;
};

/** Less than a sync takes: what comes after that is not noticed by the last check at the name. */
const MAX_AFTER_MS = 0.5;

/** Somebody puts a file in the place of one that is just being kept, because a copy is to get its name. */
export const putWhileKept: ActionKind<Params> = {
  name: "put a file in the place of one that is being replaced",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    from: drawSecondary(random, shape),
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    size: drawSize(random),
    afterMs: random.between(0, MAX_AFTER_MS),
  }),
  apply(cluster, { from, secondary: number, name, size, afterMs }, plan) {
    const { users, sim } = cluster;
    const secondary = cluster.secondary(number);
    let isPut = false;
    secondary.machine.disk.observe({
      placed(entry, _from, actor) {
        const path = sharedPath(entry);
        if (isPut || actor.kind !== "process" || path?.kind !== "kept" || path.name !== name) return;
        isPut = true;
        sim.after(within(cluster, plan, afterMs), () => {
          users.put(secondary, name, users.newContent(size), "by rename");
        });
      },
    });
    users.put(cluster.secondary(from), name, users.newContent(size), "by rename");
  },
};
