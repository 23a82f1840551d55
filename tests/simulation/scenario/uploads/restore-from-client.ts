import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";

/** Somebody brings back a kept file, from a client. */
export const restoreFromClient: ActionKind<{ client: number; name: string; place: number }> = {
  name: "restore a kept file from a client",
  fault: false,
  weight: 3,
  draw: (random, { clients }) => ({
    client: 1 + random.below(clients),
    name: drawName(random),
    place: random.pick([0, 0, 0, 1, 2]),
  }),
  apply(cluster, { client, name, place }) {
    cluster.orders.restore(cluster.client(client), name, place);
  },
};
