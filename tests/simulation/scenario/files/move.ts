import type { ActionKind } from "../action.ts";
import { drawName, NAMES } from "../draws.ts";

/** Names to which files are moved, most of them free at first. "films" is a folder at times. */
const PLACES = ["moved.mkv", "moved.mkv", "films/moved.iso", "moved/e", "films", ...NAMES] as const;

/** Somebody gives a file of the cluster another name, at the central's console. */
export const move: ActionKind<{ from: string; to: string }> = {
  name: "give a file of the cluster another name",
  fault: false,
  weight: 3,
  draw: (random) => ({ from: random.chance(0.7) ? drawName(random) : random.pick(PLACES), to: random.pick(PLACES) }),
  apply(cluster, { from, to }) {
    cluster.console.move(from, to);
  },
};
