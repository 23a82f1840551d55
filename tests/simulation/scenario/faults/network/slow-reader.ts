import type { ActionKind } from "../../action.ts";
import { drawMachine, drawMoment } from "../../draws.ts";

/** The processes of a machine read what has come only now and then. */
export const slowReader: ActionKind<{ machine: number; pauseMs: number; lastsMs: number }> = {
  name: "slow reader",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    machine: drawMachine(random, shape),
    pauseMs: random.pick([5, 200, 3000]),
    lastsMs: drawMoment(random),
  }),
  apply({ sim, network: { faults }, machines }, { machine, pauseMs, lastsMs }, { quietAt }) {
    const host = machines[machine]?.host;
    if (host === undefined) return;
    sim.after(Math.min(lastsMs, quietAt - sim.now), faults.slowReader(host, pauseMs));
  },
};
