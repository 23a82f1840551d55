import type { ActionKind } from "../../action.ts";
import { drawTwoMachines } from "../../draws.ts";

/** A router forgets the connections between two machines: neither end is told, and nothing gets through. */
export const loseConnections: ActionKind<{ machine: number; other: number }> = {
  name: "lost connections",
  fault: true,
  weight: 2,
  draw: drawTwoMachines,
  apply({ network: { faults }, machines }, { machine, other }) {
    const [one, two] = [machines[machine]?.host, machines[other]?.host];
    if (one !== undefined && two !== undefined) faults.loseConnections(one, two);
  },
};
