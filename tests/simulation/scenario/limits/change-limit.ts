import { LIMIT_KINDS } from "../../cluster/servers/limit-rates.ts";
import type { ActionKind } from "../action.ts";
import { drawMachine } from "../draws.ts";

/** Bytes a second; 0: no limit. */
export const LIMITS = [0, 0, 5_000, 20_000, 100_000, 1_000_000] as const;

/** Somebody changes a limit at a console: of a secondary, or of a client, which has only one. */
export const changeLimit: ActionKind<{ machine: number; kind: (typeof LIMIT_KINDS)[number]; rate: number }> = {
  name: "change a limit",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    machine: drawMachine(random, shape),
    kind: random.pick(LIMIT_KINDS),
    rate: random.pick(LIMITS),
  }),
  apply({ machines, secondaries, clients }, { machine: place, kind, rate }) {
    const machine = machines[place];
    for (const secondary of secondaries)
      if (secondary.machine === machine) secondary.limits?.[kind].setRate(rate || null);
    for (const client of clients) if (client.machine === machine) client.setLimit(rate);
  },
};
