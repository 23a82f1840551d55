import type { ActionKind } from "../../action.ts";
import { drawMoment } from "../../draws.ts";

/** The disks of a machine are slow for a while. */
export const slowDisk: ActionKind<{ machine: number; times: number; lastsMs: number }> = {
  name: "slow disk",
  fault: true,
  weight: 1,
  draw: (random, { secondaries, clients }) => ({
    machine: random.below(1 + secondaries + clients),
    times: random.pick([10, 100, 1000]),
    lastsMs: drawMoment(random),
  }),
  apply({ sim, machines }, { machine: index, times, lastsMs }, { quietAt }) {
    const faults = machines[index]?.disk.faults;
    if (!faults) return;
    faults.slowness = times;
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => {
      faults.slowness = 1;
    });
  },
};
