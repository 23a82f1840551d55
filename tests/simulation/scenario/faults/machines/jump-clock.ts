import type { ActionKind } from "../../action.ts";

const DAY_MS = 24 * 3600 * 1000;

/** The wall clock of a machine jumps, for good. */
export const jumpClock: ActionKind<{ machine: number; byMs: number }> = {
  name: "clock jump",
  fault: true,
  weight: 1,
  draw: (random, { secondaries, clients }) => ({
    machine: random.below(1 + secondaries + clients),
    byMs: random.pick([-DAY_MS, -3_600_000, -5000, 3000, 3_600_000, 8 * DAY_MS]),
  }),
  apply({ machines }, { machine: index, byMs }) {
    const machine = machines[index];
    if (machine) machine.wall.ahead += byMs;
  },
};
