import type { ActionKind } from "../action.ts";
import { within } from "../draws.ts";
import { type RevokedKey, revokeCredential } from "./revoke-key.ts";

type Params = RevokedKey & {
  /** Bytes of what is put where the key is, and how few of them others get in a millisecond. */
  size: number;
  bytesPerMs: number;
  /** Milliseconds from when it is put until the key is revoked. */
  afterMs: number;
};

const MIB = 1024 * 1024;
/** Milliseconds in which a file has come to rest, and its copies have begun. */
const COPIED_MS = 1500;
/** That nothing else is about. */
const NAME = "of a revoked key";

/** The key of a secondary is revoked while others copy a file from it, over slow links. */
export const revokeSource: ActionKind<Params> = {
  name: "revoke the key of who is copied from",
  fault: true,
  weight: 3,
  draw: (random, { secondaries, clients }) => ({
    client: 1 + random.below(clients),
    machine: 1 + random.below(secondaries),
    lastsMs: 5000 + random.below(5000),
    size: MIB + random.below(MIB),
    bytesPerMs: random.pick([30, 100]),
    afterMs: COPIED_MS + random.below(1000),
  }),
  apply(cluster, { size, bytesPerMs, afterMs, ...key }, plan) {
    const { sim, users, secondaries, keys, network } = cluster;
    if (keys?.shape.holding !== "credentials") return;
    const source = cluster.secondary(key.machine);
    for (const { machine } of secondaries) {
      if (machine === source.machine) continue;
      sim.after(
        within(cluster, plan, afterMs + key.lastsMs),
        network.faults.slowLink(source.machine.host, machine.host, bytesPerMs),
      );
    }
    users.put(source, NAME, users.newContent(size), "by rename");
    sim.after(within(cluster, plan, afterMs), () => void revokeCredential(cluster, key, plan));
  },
};
