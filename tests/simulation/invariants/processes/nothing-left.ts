import type { Invariant } from "../invariant.ts";

/** A process that ends in order has ended all that it began: no timer, connection, descriptor or thread is left. */
export const nothingLeft: Invariant = {
  name: "nothing is left after a stop",
  watch: ({ machines }, broken) => ({
    afterStop: () => {
      for (const { exits } of machines) {
        for (const { process, at, left } of exits) {
          const kinds = Object.entries(left).filter(([, count]) => count > 0);
          if (kinds.length === 0) continue;
          const text = kinds.map(([kind, count]) => `${count} ${kind}`).join(", ");
          broken(`${process} ended at ${Math.round(at)} ms with ${text}`);
        }
      }
    },
  }),
};
