import type { ActionKind } from "../../action.ts";
import { drawMoment, drawTwoMachines } from "../../draws.ts";

/** Few bytes get through between two machines for a while, or late. */
export const slowLink: ActionKind<{
  machine: number;
  other: number;
  bytesPerMs: number;
  delayMs: number;
  lastsMs: number;
}> = {
  name: "slow link",
  fault: true,
  weight: 2,
  draw: (random, shape) => ({
    ...drawTwoMachines(random, shape),
    bytesPerMs: random.pick([1, 10, 100, 1000]),
    delayMs: random.pick([0, 0, 300, 2000, 8000]),
    lastsMs: drawMoment(random),
  }),
  apply({ sim, network: { faults }, machines }, { machine, other, bytesPerMs, delayMs, lastsMs }, { quietAt }) {
    const [from, to] = [machines[machine]?.host, machines[other]?.host];
    if (from === undefined || to === undefined) return;
    for (const end of [faults.slowLink(from, to, bytesPerMs), faults.delay(from, to, delayMs)])
      sim.after(Math.min(lastsMs, quietAt - sim.now), end);
  },
};
