import type { ActionKind } from "../action.ts";
import { within } from "../draws.ts";
import { commandOf, drawSent, layHandsOnParts, onceSent, type Sent } from "./sent.ts";

type Params = Sent & {
  how: "interrupt" | "kill" | "power off";
  /** Milliseconds from when something is there until it is broken off, and until the same file is put again. */
  afterMs: number;
  laterMs: number;
  /** What somebody does to what is left of it. */
  hand: "overwrite" | "truncate" | "none";
};

/** A put is broken off in the middle, and the same file is put again: it goes on with what is there. */
export const breakPutOff: ActionKind<Params> = {
  name: "break a put off and put again",
  fault: false,
  weight: 5,
  draw: (random, shape) => ({
    ...drawSent(random, shape),
    how: random.pick(["interrupt", "kill", "power off"]),
    afterMs: random.between(0, random.pick([1, 20, 200, 2000])),
    laterMs: 500 + random.below(random.pick([500, 5000])),
    hand: random.pick(["none", "none", "overwrite", "truncate"]),
  }),
  apply(cluster, { how, afterMs, laterMs, hand, ...sent }, plan) {
    const { sim, uploads } = cluster;
    const client = cluster.client(sent.client);
    const path = uploads.makeFile(client, sent.size);
    const put = path && uploads.put(client, commandOf(sent, path));
    if (!put) return;
    onceSent(cluster, plan, put, (at) => {
      sim.after(within(cluster, plan, afterMs), () => {
        if (how === "interrupt") put.interrupt();
        else if (how === "kill") put.kill();
        else cluster.losePower(client.machine);
        if (at && hand !== "none") layHandsOnParts(cluster, at, hand);
        sim.after(within(cluster, plan, laterMs), () => {
          client.machine.powerOn();
          uploads.put(client, commandOf(sent, path));
        });
      });
    });
  },
};
