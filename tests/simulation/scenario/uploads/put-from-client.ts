import type { Rights } from "../../../../src/protocol/rights.ts";
import type { ActionKind } from "../action.ts";
import { commandOf, drawSent, type Sent } from "./sent.ts";

/** Somebody puts a file into the cluster from a client, now and then without the right to. */
export const putFromClient: ActionKind<Sent & { rights: Rights }> = {
  name: "put a file from a client",
  fault: false,
  weight: 8,
  draw: (random, shape) => ({ ...drawSent(random, shape), rights: random.chance(0.8) ? "write" : "read" }),
  apply(cluster, { rights, ...sent }) {
    const { uploads } = cluster;
    const client = cluster.client(sent.client);
    const path = uploads.makeFile(client, sent.size);
    if (path !== null) uploads.put(client, { ...commandOf(sent, path), rights });
  },
};
