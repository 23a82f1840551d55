import type { ActionKind } from "../../action.ts";
import { drawMoment } from "../../draws.ts";

/** The processes of a machine can open few files, or none, for a while: EMFILE. */
export const limitDescriptors: ActionKind<{ machine: number; limit: number; lastsMs: number }> = {
  name: "no descriptors",
  fault: true,
  weight: 1,
  draw: (random, { secondaries, clients }) => ({
    machine: 1 + random.below(secondaries + clients),
    limit: random.pick([0, 4, 12]),
    lastsMs: drawMoment(random),
  }),
  apply({ sim, machines }, { machine: index, limit, lastsMs }, { quietAt }) {
    const faults = machines[index]?.disk.faults;
    if (!faults) return;
    faults.descriptorLimit = limit;
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => {
      faults.descriptorLimit = Number.POSITIVE_INFINITY;
    });
  },
};
