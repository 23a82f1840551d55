import type { ActionKind } from "../action.ts";
import { within } from "../draws.ts";
import { commandOf, drawSent, onceSent, type Sent } from "./sent.ts";

type Params = Sent & {
  /** Whether it is written over, with as many bytes, or is taken away. */
  how: "same size" | "shorter" | "gone";
  afterMs: number;
};

/** Somebody changes a file while it is sent. */
export const changeWhileSent: ActionKind<Params> = {
  name: "change a file while it is put",
  fault: false,
  weight: 3,
  draw: (random, shape) => ({
    ...drawSent(random, shape),
    how: random.pick(["same size", "same size", "shorter", "gone"]),
    afterMs: random.between(0, random.pick([1, 20, 200])),
  }),
  apply(cluster, { how, afterMs, ...sent }, plan) {
    const { uploads, sim } = cluster;
    const client = cluster.client(sent.client);
    const path = uploads.makeFile(client, sent.size);
    const put = path && uploads.put(client, commandOf(sent, path));
    if (!put) return;
    onceSent(cluster, plan, put, () => {
      sim.after(within(cluster, plan, afterMs), () => {
        if (how === "gone") uploads.change(client, path, null);
        else uploads.change(client, path, how === "shorter" ? sent.size >> 1 : sent.size);
      });
    });
  },
};
