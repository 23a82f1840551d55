import type { Invariant } from "../invariant.ts";

/** Kinds of happened after which a secondary may send wrong bytes, or somebody may change them on the way. */
const CAUSES = /flip|damage|liar|in place|append|in steps|disk error|power/;

/**
 * No unverified piece is served: a secondary on whose disk no bit has flipped, whose files nobody writes to in place, and
 * between which and its peers nobody changes anything, never sends a wrong piece.
 */
export const honestSources: Invariant = {
  name: "no unverified piece is served",
  watch(cluster, broken) {
    for (const machine of cluster.machines) {
      machine.onLog((process, _level, event, message) => {
        if (
          event !== "bad-piece" ||
          cluster.happened.some(({ kind, params }) => CAUSES.test(kind + JSON.stringify(params)))
        )
          return;
        broken(`${process} says: ${message}`);
      });
    }
    return {};
  },
};
