import type { ActionKind } from "../../action.ts";
import { drawMoment, drawTwoMachines } from "../../draws.ts";

/** A part of the packets between two machines is lost for a while. */
export const lossyLink: ActionKind<{ machine: number; other: number; loss: number; lastsMs: number }> = {
  name: "lossy link",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    ...drawTwoMachines(random, shape),
    loss: random.pick([0.02, 0.2, 0.6]),
    lastsMs: drawMoment(random),
  }),
  apply({ sim, network: { faults }, machines }, { machine, other, loss, lastsMs }, { quietAt }) {
    const [from, to] = [machines[machine]?.host, machines[other]?.host];
    if (from === undefined || to === undefined) return;
    sim.after(Math.min(lastsMs, quietAt - sim.now), faults.lossyLink(from, to, loss));
  },
};
