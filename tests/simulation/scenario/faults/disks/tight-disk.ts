import type { ActionKind } from "../../action.ts";
import { drawMoment, drawSecondary, NAMES, within } from "../../draws.ts";

type Params = {
  /** Whose disk has little room. */
  secondary: number;
  /** Where the files are put. */
  from: number;
  files: string[];
  /** Bytes of each. */
  size: number;
  lastsMs: number;
};

const KIB = 1024;
/** Bytes that the program leaves free beside copies, and some more. */
const BESIDE = 320 * KIB;
/** Milliseconds until the files come: the copies that were under way have ended by then. */
const LATER_MS = 4000;

/** Two files come at once where there is room for one of them. */
export const tightDisk: ActionKind<Params> = {
  name: "room for one of two",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    from: drawSecondary(random, shape),
    files: [random.pick(NAMES.slice(0, 3)), random.pick(NAMES.slice(3))],
    size: random.pick([500, 1100]) * KIB + random.below(400 * KIB),
    lastsMs: LATER_MS + drawMoment(random),
  }),
  apply(cluster, { secondary: number, from, files, size, lastsMs }, plan) {
    const { sim, users } = cluster;
    const { disk, machine } = cluster.secondary(number);
    if (from === number) return;
    machine.disk.faults.fill(disk, size + BESIDE);
    sim.after(within(cluster, plan, LATER_MS), () => {
      for (const name of files) users.put(cluster.secondary(from), name, users.newContent(size), "by rename");
    });
    sim.after(within(cluster, plan, lastsMs), () => machine.disk.faults.empty(disk));
  },
};
