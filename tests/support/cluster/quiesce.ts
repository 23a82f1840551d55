import type { ModelCluster } from "./model-cluster.ts";

/** More messages than this in the end are a circle: what a central sends makes secondaries send more. */
const MAX_MESSAGES = 4000;

/** Connects all and lets everything come to rest; throws when it does not. */
export function quiesce(cluster: ModelCluster): void {
  for (const [index, secondary] of cluster.secondaries.entries()) {
    secondary.busy.clear();
    cluster.connect(index);
  }
  const limit = cluster.messageCount + MAX_MESSAGES;
  for (let idle = 0; idle < 4; ) {
    if (runAll(cluster, limit)) idle = 0;
    else idle += 1;
    // So that what is tried again after a while is tried again.
    cluster.now += idle < 2 ? 20_000 : 400_000;
  }
}

/** Until nothing is under way. False when nothing was. */
function runAll(cluster: ModelCluster, limit: number): boolean {
  let any = false;
  for (let changed = true; changed; ) {
    changed = cluster.advance();
    for (let who = 0; who < cluster.secondaries.length; who += 1) {
      for (let what = 0; what < 4; what += 1) while (cluster.step(who, what)) changed = true;
    }
    any ||= changed;
    if (cluster.messageCount > limit) throw new Error("it does not come to rest");
  }
  return any;
}
