import { SETTLE_MS } from "../../../../src/secondary/folder/settle.ts";
import type { Happened, SimCluster } from "../../cluster/sim-cluster.ts";
import type { Invariant } from "../invariant.ts";

/** Kinds of actions after which a secondary may send wrong bytes, or somebody changes them on the way. */
const LASTING = /flip|liar|hands on work files|disk errors|power loss|pulled disk/;
/** Actions by which people write to a file itself: it is wrong for a moment, until the program has seen that. */
const PASSING = /in place|append|in steps/;
/** Those of them that go on for a while. */
const IN_STEPS = /in steps/;
/**
 * Simulated milliseconds until the program has seen it at the latest, and what was asked for before has arrived: an action may
 * end later than it begins, and two files of four pieces that share ten megabits a second need more than ten seconds.
 */
const PASSING_MS = 20_000;

/**
 * No unverified piece is served: a secondary on whose disk no bit has flipped, whose files nobody writes to in place, and
 * between which and its peers nobody changes anything, never sends a wrong piece. Nor does one whose file somebody has
 * written to, once that is over, to a client that begins after it: the time of the file is another one.
 */
export const honestSources: Invariant = {
  name: "no unverified piece is served",
  watch(cluster, broken) {
    for (const machine of cluster.machines) {
      machine.onLog((process, _level, event, message, fields) => {
        if (event !== "bad-piece" || isExcused(cluster, Number(fields.number), beginningOf(cluster, process))) return;
        broken(`${process} says: ${message}`);
      });
    }
    return {};
  },
};

/** When the process of a client began, in simulated milliseconds; null for a server, which may have begun at any time. */
function beginningOf({ downloads }: SimCluster, process: string): number | null {
  const [, number] = / get(\d+)$/.exec(process) ?? [];
  return downloads.find((download) => `${download.number}` === number)?.startedAt ?? null;
}

function isExcused(cluster: SimCluster, number: number, beganAt: number | null): boolean {
  const { happened, sim, secondaries } = cluster;
  const times = secondaries.find((secondary) => secondary.number === number)?.disk.features.timeStepMs ?? 0;
  return happened.some((action) => {
    if (!isAbout(action, number)) return false;
    const text = action.kind + JSON.stringify(action.params);
    if (LASTING.test(text)) return true;
    if (!PASSING.test(text) || action.at <= sim.now - PASSING_MS) return false;
    // Where times have steps as long as that, the file may have the same one as before.
    return beganAt === null || action.at >= beganAt || IN_STEPS.test(text) || times >= SETTLE_MS;
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
