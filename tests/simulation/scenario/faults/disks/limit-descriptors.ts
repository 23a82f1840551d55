import type { ActionKind } from "../../action.ts";
import { drawMoment } from "../../draws.ts";

/** The processes of a machine can open few files, or none, and no connections for a while: EMFILE. */
export const limitDescriptors: ActionKind<{ machine: number; limit: number; lastsMs: number }> = {
  name: "no descriptors",
  fault: true,
  weight: 1,
  draw: (random, { secondaries, clients }) => ({
    machine: 1 + random.below(secondaries + clients),
    limit: random.pick([0, 4, 12]),
    lastsMs: drawMoment(random),
  }),
  apply({ sim, machines, network }, { machine: index, limit, lastsMs }, { quietAt }) {
    const machine = machines[index];
    if (!machine) return;
    const { faults } = machine.disk;
    faults.descriptorLimit = limit;
    const end = network.faults.exhaustDescriptors(machine.host);
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => {
      faults.descriptorLimit = Number.POSITIVE_INFINITY;
      end();
    });
  },
};
