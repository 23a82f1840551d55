import type { ActionKind } from "../../action.ts";
import { drawMachine, drawMoment } from "../../draws.ts";

/** Nobody hears a machine for a while, which hears nobody, or all. */
export const isolateMachine: ActionKind<{ machine: number; hears: boolean; lastsMs: number }> = {
  name: "isolated machine",
  fault: true,
  weight: 2,
  draw: (random, shape) => ({
    machine: drawMachine(random, shape),
    hears: random.chance(0.3),
    lastsMs: drawMoment(random),
  }),
  apply({ sim, network: { faults }, machines }, { machine, hears, lastsMs }, { quietAt }) {
    const host = machines[machine]?.host;
    if (host === undefined) return;
    const end = hears ? faults.muteHost(host) : faults.blackHole(host);
    sim.after(Math.min(lastsMs, quietAt - sim.now), end);
  },
};
