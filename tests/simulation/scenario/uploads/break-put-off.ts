import type { ActionKind } from "../action.ts";
import { within } from "../draws.ts";
import { commandOf, drawSent, layHandsOnParts, onceFirstPiece, onceSent, type Sent } from "./sent.ts";

const KIB = 1024;

type Params = Sent & {
  how: "interrupt" | "kill" | "power off";
  /** Milliseconds from when something is there until it is broken off, and until the same file is put again. */
  afterMs: number;
  laterMs: number;
  /**
   * What somebody does to what is left of it. It is broken off only once a piece of it is there, and others are not:
   * nothing else of it was compared.
   */
  hand: "overwrite" | "truncate" | "none";
};

/** A file of two pieces, the second of which takes a second. */
const SLOWLY = { size: 1536 * KIB, rate: 600 * KIB } as const;

/** A put is broken off in the middle, and the same file is put again: it goes on with what is there. */
export const breakPutOff: ActionKind<Params> = {
  name: "break a put off and put again",
  fault: false,
  weight: 5,
  draw: (random, shape) => {
    const sent = drawSent(random, shape);
    const params = {
      how: random.pick(["interrupt", "kill", "power off"] as const),
      afterMs: random.between(0, random.pick([1, 20, 200, 2000])),
      laterMs: 500 + random.below(random.pick([500, 5000])),
      hand: random.pick(["none", "none", "overwrite", "truncate"] as const),
    };
    return { ...sent, ...params, ...(params.hand !== "none" && SLOWLY) };
  },
  apply(cluster, { how, afterMs, laterMs, hand, ...sent }, plan) {
    const { sim, uploads } = cluster;
    const client = cluster.client(sent.client);
    const path = uploads.makeFile(client, sent.size);
    const put = path && uploads.put(client, commandOf(sent, path));
    if (!put) return;
    const onceBegun = hand === "none" ? onceSent : onceFirstPiece;
    onceBegun(cluster, plan, put, (at) => {
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
