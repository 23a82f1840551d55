import { SETTLE_MS } from "../../../../src/secondary/folder/settle.ts";
import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary, within } from "../draws.ts";

type Params = {
  secondary: number;
  name: string;
  size: number;
  /** Milliseconds by which a large file is put before: while that one is read, the other one waits for its turn. */
  aheadMs: number;
  /** How many times as long as usual the disk takes for everything. */
  times: number;
  /** Milliseconds from when the file is put until somebody begins to write over it, and until they have ended. */
  afterMs: number;
  pauseMs: number;
};

const LARGE_BYTES = 1024 * 1024;

/**
 * Somebody puts a file, and writes over it in steps with a pause, just when it has come to rest and is looked at and read:
 * its half stays while it is open.
 */
export const writeOverSlowly: ActionKind<Params> = {
  name: "write over a new file in steps",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    size: 6 + random.below(50_000),
    aheadMs: random.below(80),
    times: random.pick([1, 100, 100, 100, 100]),
    afterMs: SETTLE_MS + random.below(random.pick([150, 600, 600])),
    pauseMs: random.pick([200, 2000, 5000]),
  }),
  apply(cluster, { secondary: number, name, size, aheadMs, times, afterMs, pauseMs }, plan) {
    const { sim, users } = cluster;
    const secondary = cluster.secondary(number);
    const { faults } = secondary.machine.disk;
    faults.slowness = times;
    users.put(secondary, `${name}.before`, users.newContent(LARGE_BYTES), "by rename");
    const later = (ms: number, then: () => void) => sim.after(within(cluster, plan, ms), then);
    later(aheadMs, () => {
      users.put(secondary, name, users.newContent(size), "by rename");
      later(afterMs, () => {
        const finish = users.beginWritingOver(secondary, name, users.newContent(size));
        later(pauseMs, () => {
          finish();
          faults.slowness = 1;
        });
      });
    });
  },
};
