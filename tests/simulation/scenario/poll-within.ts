import type { SimCluster } from "../cluster/sim-cluster.ts";
import type { Plan } from "./action.ts";
import { within } from "./draws.ts";

export interface Polling {
  /** Milliseconds between two looks, and until nobody waits any more. */
  readonly intervalMs: number;
  readonly patienceMs: number;
}

/** Goes on once something is so, or with `false` when nobody waits for that any more. To ask must change nothing. */
export function pollWithin(
  cluster: SimCluster,
  plan: Plan,
  { intervalMs, patienceMs }: Polling,
  isSo: () => boolean,
  then: (isSo: boolean) => void,
): void {
  let leftMs = within(cluster, plan, patienceMs);
  cluster.sim.poll(intervalMs, () => {
    const found = isSo();
    const isLast = found || leftMs <= 0;
    leftMs -= intervalMs;
    if (isLast) then(found);
    return isLast;
  });
}
