import { unrest } from "../../scenario/rest.ts";
import type { Invariant } from "../invariant.ts";

/** When nobody does anything and nothing fails any more, the cluster comes to rest, and all folders hold the same. */
export const convergence: Invariant = {
  name: "replicas converge",
  watch: (cluster, broken) => ({
    atEnd: () => {
      const reason = unrest(cluster);
      if (reason !== null) broken(`at ${Math.round(cluster.sim.now)} ms: ${reason}`);
    },
  }),
};
