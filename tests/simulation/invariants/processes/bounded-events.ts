import type { Invariant } from "../invariant.ts";

/** Most events of one run: some hundred times as many as an ordinary run has. */
const MOST_EVENTS = 5_000_000;

/** A run in which something is tried again without a pause does not end by itself. */
export const boundedEvents: Invariant = {
  name: "nothing goes on without a pause",
  watch: ({ sim }, broken) => ({
    afterEvent: () => {
      if (sim.events > MOST_EVENTS) broken(`more than ${MOST_EVENTS} events in ${Math.round(sim.now)} ms`);
    },
  }),
};
