import type { ActionKind } from "../action.ts";
import { NAMES } from "../draws.ts";

/** A client gets one file or several. */
export const get: ActionKind<{ client: number; names: string[]; pipe: boolean; force: boolean; waitMs: number }> = {
  name: "get files",
  fault: false,
  weight: 8,
  draw: (random, { clients }) => {
    const many = random.chance(0.3);
    return {
      client: 1 + random.below(clients),
      names: many ? NAMES.filter(() => random.chance(0.5)).slice(0, 6) : [random.pick(NAMES)],
      pipe: !many && random.chance(0.2),
      force: random.chance(0.5),
      waitMs: random.pick([36_000, 36_000, 6_000]),
    };
  },
  apply(cluster, { client: number, names, pipe, force, waitMs }) {
    if (names.length > 0) cluster.client(number).get({ names, to: pipe ? "pipe" : "folder", force, waitMs });
  },
};
