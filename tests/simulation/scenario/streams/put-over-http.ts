import type { Condition } from "../../cluster/clients/uploads/web-uploads.ts";
import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";
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
      how: random.pick(["not", "not", "not", "not", "gone", "silent"]),
    };
  },
  apply({ web }, { blockBytes, pauseMs, size, ...command }) {
    web.put({ ...command, stream: { bytes: web.newBytes(size), blockBytes, pauseMs } });
  },
};
