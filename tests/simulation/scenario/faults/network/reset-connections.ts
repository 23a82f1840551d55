import type { ActionKind } from "../../action.ts";
import { drawTwoMachines } from "../../draws.ts";

/** The connections between two machines break, and both ends are told. */
export const resetConnections: ActionKind<{ machine: number; other: number }> = {
  name: "reset connections",
  fault: true,
  weight: 3,
  draw: drawTwoMachines,
  apply({ network: { faults }, machines }, { machine, other }) {
    const [one, two] = [machines[machine]?.host, machines[other]?.host];
    if (one !== undefined && two !== undefined) faults.resetConnections(one, two);
  },
};
