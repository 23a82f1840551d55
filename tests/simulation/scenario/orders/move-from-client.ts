import type { ActionKind } from "../action.ts";
import { drawName, NAMES } from "../draws.ts";

/** What is moved beside files: folders, and what was moved before. */
const FOLDERS = ["films", "films/old", "moved", "moved.mkv"] as const;
/** Names to which files are moved: a folder that is there or not, names that are taken and such as are free. */
export const PLACES = ["moved.mkv", "films/moved.iso", "moved", "moved/", "films", "films/old/", ...NAMES] as const;

/** Somebody gives a file, or a folder, of the cluster another name, from a client. */
export const moveFromClient: ActionKind<{ client: number; from: string; to: string }> = {
  name: "give a file another name from a client",
  fault: false,
  weight: 5,
  draw: (random, { clients }) => ({
    client: 1 + random.below(clients),
    from: random.chance(0.6) ? drawName(random) : random.pick(FOLDERS),
    to: random.pick(PLACES),
  }),
  apply(cluster, { client, from, to }) {
    cluster.orders.move(cluster.client(client), from, to);
  },
};
