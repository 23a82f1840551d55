import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";

/** Somebody asks the central for the torrent of a file: what it needs is made then. */
export const askTorrent: ActionKind<{ name: string }> = {
  name: "ask for a torrent",
  fault: false,
  weight: 1,
  draw: (random) => ({ name: drawName(random) }),
  apply(cluster, { name }) {
    cluster.torrents.ask(name);
  },
};
