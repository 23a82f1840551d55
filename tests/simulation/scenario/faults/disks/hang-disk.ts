import type { ActionKind } from "../../action.ts";
import { drawMoment } from "../../draws.ts";

/** Nothing that is asked of the disks of a machine ends for a while. */
export const hangDisk: ActionKind<{ machine: number; lastsMs: number }> = {
  name: "hanging disk",
  fault: true,
  weight: 1,
  draw: (random, { secondaries, clients }) => ({
    machine: random.below(1 + secondaries + clients),
    lastsMs: drawMoment(random),
  }),
  apply({ sim, machines }, { machine: index, lastsMs }, { quietAt }) {
    const faults = machines[index]?.disk.faults;
    if (faults) faults.hangsUntil = Math.min(sim.now + lastsMs, quietAt);
  },
};
