import type { Condition } from "../../cluster/clients/uploads/web-uploads.ts";
import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";
import { presentName } from "../present-name.ts";
import { drawSentSize } from "../uploads/sent.ts";

type Params = {
  name: string;
  size: number;
  /** Whether the request says how long it is. */
  isLengthSaid: boolean;
  blockBytes: number;
  /** Milliseconds before each block. */
  pauseMs: number;
  condition: Condition;
  /** Whether it gets a name that is taken, if there is one. */
  isTaken: boolean;
  /** What its sender does in the middle: it goes away, or sends nothing more. */
  how: "not" | "gone" | "silent";
};

/** Somebody puts a file into the cluster over HTTP, at the central. */
export const putOverHttp: ActionKind<Params> = {
  name: "put a file over HTTP",
  fault: false,
  weight: 2,
  draw: (random) => {
    const size = drawSentSize(random);
    return {
      name: random.chance(0.7) ? drawName(random) : "over/http",
      size,
      isLengthSaid: random.chance(0.6),
      blockBytes: 1 + Math.floor(size / random.pick([1, 3, 10])),
      pauseMs: random.below(random.pick([1, 20, 300])),
      condition: random.pick(["none", "none", "free", "as it is"]),
      isTaken: random.chance(0.5),
      how: random.pick(["not", "not", "not", "not", "gone", "silent"]),
    };
  },
  apply(cluster, { blockBytes, pauseMs, size, isTaken, ...command }) {
    const { web } = cluster;
    const name = isTaken ? presentName(cluster, 1, command.name) : command.name;
    web.put({ ...command, name, stream: { bytes: web.newBytes(size), blockBytes, pauseMs } });
  },
};
