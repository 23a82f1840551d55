import type { ActionKind } from "../../action.ts";
import { drawMoment, drawTwoMachines } from "../../draws.ts";

/** Two machines do not hear each other for a while, or one does not hear the other. */
export const partition: ActionKind<{ machine: number; other: number; oneWay: boolean; lastsMs: number }> = {
  name: "partition",
  fault: true,
  weight: 3,
  draw: (random, shape) => ({
    ...drawTwoMachines(random, shape),
    oneWay: random.chance(0.4),
    lastsMs: drawMoment(random),
  }),
  apply({ sim, network: { faults }, machines }, { machine, other, oneWay, lastsMs }, { quietAt }) {
    const [from, to] = [machines[machine]?.host, machines[other]?.host];
    if (from === undefined || to === undefined) return;
    const end = oneWay ? faults.oneWayPartition(from, to) : faults.partition(from, to);
    sim.after(Math.min(lastsMs, quietAt - sim.now), end);
  },
};
