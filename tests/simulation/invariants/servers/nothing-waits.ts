import { workUnder } from "../../scenario/rest.ts";
import type { Invariant } from "../invariant.ts";

/** In the end nobody waits for anything: no place among the downloads is taken, and no copy is queued or under way. */
export const nothingWaits: Invariant = {
  name: "nothing waits for ever",
  watch: (cluster, broken) => ({
    atEnd: () => {
      const work = workUnder(cluster);
      if (work !== null) broken(work);
    },
  }),
};
