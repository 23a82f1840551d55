import type { ActionKind } from "../action.ts";

/** Somebody lists all files of the cluster. */
export const listFiles: ActionKind<{ client: number }> = {
  name: "list the files",
  fault: false,
  weight: 4,
  draw: (random, { clients }) => ({ client: 1 + random.below(clients) }),
  apply(cluster, { client }) {
    cluster.lists.ask(cluster.client(client));
  },
};
