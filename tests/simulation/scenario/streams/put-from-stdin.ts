import type { ActionKind } from "../action.ts";
import { within } from "../draws.ts";
import { commandOf, drawSent, onceSent, type Sent } from "../uploads/sent.ts";

export type Streamed = Sent & {
  blockBytes: number;
  /** Milliseconds before each block. */
  pauseMs: number;
};

type Params = Streamed & {
  /** How it is broken off, in the middle of the stream or while it is sent. */
  how: "not" | "interrupt" | "kill";
  /** Milliseconds until then, from the beginning or from when something is there. */
  afterMs: number;
  isSending: boolean;
};

/** Somebody puts what another program writes: how much that is shows only at its end. */
export const putFromStdin: ActionKind<Params> = {
  name: "put what comes by stdin",
  fault: false,
  weight: 1,
  draw: (random, shape) => {
    const sent = drawSent(random, shape);
    return {
      ...sent,
      blockBytes: 1 + Math.floor(sent.size / random.pick([1, 3, 10])),
      pauseMs: random.below(random.pick([1, 20, 300])),
      how: random.pick(["not", "not", "interrupt", "kill"]),
      afterMs: random.below(random.pick([10, 200, 2000])),
      isSending: random.chance(0.5),
    };
  },
  apply(cluster, { blockBytes, pauseMs, how, afterMs, isSending, ...sent }, plan) {
    const { sim, uploads } = cluster;
    const client = cluster.client(sent.client);
    if (client.machine.isOff) return;
    const put = uploads.put(client, commandOf(sent, { bytes: uploads.newBytes(sent.size), blockBytes, pauseMs }));
    if (!put || how === "not") return;
    const breakOff = () => {
      sim.after(within(cluster, plan, afterMs), () => (how === "kill" ? put.kill() : put.interrupt()));
    };
    if (isSending) onceSent(cluster, plan, put, breakOff);
    else breakOff();
  },
};
