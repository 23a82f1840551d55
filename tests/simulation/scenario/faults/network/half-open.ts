import type { ActionKind } from "../../action.ts";
import { drawMachine } from "../../draws.ts";

/** The connections of a machine break there, and no other end is told. */
export const halfOpen: ActionKind<{ machine: number }> = {
  name: "half-open connections",
  fault: true,
  weight: 2,
  draw: (random, shape) => ({ machine: drawMachine(random, shape) }),
  apply({ network: { faults }, machines }, { machine }) {
    const host = machines[machine]?.host;
    if (host !== undefined) faults.halfOpen(host);
  },
};
