import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";

/** Somebody removes a file from the whole cluster, from a client. */
export const removeFromClient: ActionKind<{ client: number; name: string }> = {
  name: "remove a file from a client",
  fault: false,
  weight: 3,
  draw: (random, { clients }) => ({ client: 1 + random.below(clients), name: drawName(random) }),
  apply(cluster, { client, name }) {
    cluster.orders.remove(cluster.client(client), name);
  },
};
