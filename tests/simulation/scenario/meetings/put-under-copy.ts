import { STAGING_FOLDER } from "../../../../src/secondary/folder/marker.ts";
import { idOf, idOfContent } from "../../cluster/people/content.ts";
import { SHARED_FOLDER } from "../../cluster/servers/sim-secondary.ts";
import { pathOf } from "../../world/disk/file-system/inodes.ts";
import type { ActionKind } from "../action.ts";
import { drawSecondary, within } from "../draws.ts";

const STAGING = `${SHARED_FOLDER}/${STAGING_FOLDER}/`;

type Params = {
  /** Where the first file is put, and where another one of its name is put. */
  from: number;
  secondary: number;
  /** A part of its name, which no other file has. */
  label: number;
  size: number;
  /** Milliseconds from when the copy of the first file is there, without its name. */
  afterMs: number;
};

/** Somebody puts a file of a new name just when a copy of another one is to get that name. */
export const putUnderCopy: ActionKind<Params> = {
  name: "put a file in the way of a copy",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    from: drawSecondary(random, shape),
    secondary: drawSecondary(random, shape),
    label: random.below(1_000_000),
    size: 3 + random.below(5000),
    afterMs: random.between(0, random.pick([0.5, 1, 2])),
  }),
  apply(cluster, { from, secondary: number, label, size, afterMs }, plan) {
    const { users, sim } = cluster;
    const secondary = cluster.secondary(number);
    const name = `new-${label}`;
    const bytes = users.newContent(size);
    const id = idOf(bytes);
    let isStaged = false;
    secondary.machine.disk.observe({
      placed(entry) {
        if (isStaged || entry.inode.kind !== "file" || !pathOf(entry).startsWith(STAGING)) return;
        if (idOfContent(entry.inode.content) !== id) return;
        isStaged = true;
        sim.after(within(cluster, plan, afterMs), () => {
          users.put(secondary, name, users.newContent(size), "by rename");
        });
      },
    });
    users.put(cluster.secondary(from), name, bytes, "by rename");
  },
};
