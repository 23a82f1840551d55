import type { ActionKind } from "../action.ts";
import { within } from "../draws.ts";
import { commandOf, drawSent, type Sent } from "./sent.ts";

/** Somebody removes a file from the cluster and puts another one of its name. */
export const removeAndPut: ActionKind<Sent & { afterMs: number }> = {
  name: "remove a file and put one from a client",
  fault: false,
  weight: 3,
  draw: (random, shape) => ({ ...drawSent(random, shape), afterMs: random.below(random.pick([20, 500, 3000])) }),
  apply(cluster, { afterMs, ...sent }, plan) {
    const { uploads, orders, sim } = cluster;
    const client = cluster.client(sent.client);
    const path = uploads.makeFile(client, sent.size);
    if (path === null) return;
    orders.remove(client, sent.name);
    sim.after(within(cluster, plan, afterMs), () => uploads.put(client, commandOf(sent, path)));
  },
};
