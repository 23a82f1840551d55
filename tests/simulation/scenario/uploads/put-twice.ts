import type { ActionKind } from "../action.ts";
import { within } from "../draws.ts";
import { commandOf, drawSent, type Sent } from "./sent.ts";

type Params = Sent & {
  /** Of the other machine. */
  other: number;
  isSame: boolean;
  afterMs: number;
};

/** Two people put a file of one name at the same time, mostly not the same one. */
export const putTwice: ActionKind<Params> = {
  name: "put two files of one name from clients",
  fault: false,
  weight: 4,
  draw: (random, shape) => ({
    ...drawSent(random, shape),
    other: 1 + random.below(shape.clients),
    isSame: random.chance(0.2),
    afterMs: random.below(random.pick([1, 50, 1000])),
  }),
  apply(cluster, { other, isSame, afterMs, ...sent }, plan) {
    const { uploads, sim } = cluster;
    const [first, second] = [cluster.client(sent.client), cluster.client(other)];
    const path = uploads.makeFile(first, sent.size);
    if (path === null) return;
    uploads.put(first, commandOf(sent, path));
    sim.after(within(cluster, plan, afterMs), () => {
      const theirs = isSame ? path : uploads.makeFile(second, sent.size);
      if (theirs !== null) uploads.put(isSame ? first : second, { ...commandOf(sent, theirs), at: null });
    });
  },
};
