import type { Happened, SimCluster } from "../../cluster/sim-cluster.ts";
import type { Invariant } from "../invariant.ts";

/** Kinds of actions after which a secondary may send wrong bytes, or somebody changes them on the way. */
const LASTING = /flip|liar|hands on work files|disk errors|power loss|pulled disk/;
/** Actions by which people write to a file itself: it is wrong for a moment, until the program has seen that. */
const PASSING = /in place|append|in steps/;
/** Simulated milliseconds until the program has seen it at the latest: an action may end later than it begins. */
const PASSING_MS = 10_000;

/**
 * No unverified piece is served: a secondary on whose disk no bit has flipped, whose files nobody writes to in place, and
 * between which and its peers nobody changes anything, never sends a wrong piece.
 */
export const honestSources: Invariant = {
  name: "no unverified piece is served",
  watch(cluster, broken) {
    for (const machine of cluster.machines) {
      machine.onLog((process, _level, event, message, fields) => {
        if (event !== "bad-piece" || isExcused(cluster, Number(fields.number))) return;
        broken(`${process} says: ${message}`);
      });
    }
    return {};
  },
};

function isExcused({ happened, sim }: SimCluster, number: number): boolean {
  return happened.some((action) => {
    if (!isAbout(action, number)) return false;
    const text = action.kind + JSON.stringify(action.params);
    return LASTING.test(text) || (PASSING.test(text) && action.at > sim.now - PASSING_MS);
  });
}

/** Whether an action is about a secondary: machines and servers have the numbers of their secondaries. */
function isAbout({ params }: Happened, number: number): boolean {
  if (
    typeof params !== "object" ||
    params === null ||
    !("secondary" in params || "server" in params || "machine" in params)
  )
    return true;
  return ["secondary", "server", "machine"].some((key) => (params as Record<string, unknown>)[key] === number);
}
