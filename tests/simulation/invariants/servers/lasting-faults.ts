import { CENTRAL_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import { SCAN_INTERVAL_MS } from "../../../../src/secondary/scanning/folder-monitor.ts";
import { SETTLE_WITHOUT_LEASES_MS } from "../../../../src/secondary/scanning/stability-tracker.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";

/** Simulated milliseconds between two looks. */
const LOOK_MS = 5000;
/**
 * Simulated milliseconds within which what the central says must have become true. A change that nothing tells of, or a file
 * that could not be read, is found by the next scan; then the file must come to rest; and if the session with the central
 * is dead, that is noticed when nothing comes any more.
 */
const PATIENCE_MS =
  SCAN_INTERVAL_MS + SETTLE_WITHOUT_LEASES_MS + CENTRAL_HEARTBEAT.pingAfterMs + CENTRAL_HEARTBEAT.deadAfterMs;

/**
 * Tells of what is wrong for longer than the program needs to notice: what `faults` names at each look. The result is to be
 * called after each event.
 */
export function lastingFaults(
  { sim }: SimCluster,
  faults: () => Iterable<string>,
  tell: (fault: string) => void,
): () => void {
  let lastLook = 0;
  /** Since when, at each look. */
  let known = new Map<string, number>();
  return () => {
    if (sim.now - lastLook < LOOK_MS) return;
    lastLook = sim.now;
    const since = new Map<string, number>();
    for (const fault of faults()) {
      const first = known.get(fault) ?? lastLook;
      since.set(fault, first);
      if (lastLook - first > PATIENCE_MS) tell(fault);
    }
    known = since;
  };
}
