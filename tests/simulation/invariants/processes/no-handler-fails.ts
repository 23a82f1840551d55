import type { Invariant } from "../invariant.ts";

/** Nothing that comes over the network makes the program throw into the system that gives it the bytes. */
export const noHandlerFails: Invariant = {
  name: "no handler of a connection fails",
  watch: ({ network: { handlerErrors } }, broken) => ({
    afterEvent: () => {
      if (handlerErrors.length === 0) return;
      const [error] = handlerErrors;
      broken(error instanceof Error ? (error.stack ?? error.message) : String(error));
    },
  }),
};
