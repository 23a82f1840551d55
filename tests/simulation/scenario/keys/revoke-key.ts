import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { ActionKind, Plan } from "../action.ts";
import { within } from "../draws.ts";

/** Milliseconds after which a person asks again that was not told that it is done. */
const AGAIN_MS = 1500;

/** What those that have a key revoked have in common. */
export type RevokedKey = {
  /** Who asks for it. */
  client: number;
  /** Whose key it is: its place among `SimCluster.machines`. */
  machine: number;
  /** Milliseconds until the owner is given another one. */
  lastsMs: number;
};

/** A credential is revoked while its owner has sessions; later the owner is given another one. */
export const revokeKey: ActionKind<RevokedKey> = {
  name: "revoke a key",
  fault: true,
  weight: 4,
  draw: (random, { secondaries, clients }) => ({
    client: 1 + random.below(clients),
    machine: 1 + random.below(secondaries + clients),
    lastsMs: 3000 + random.below(15_000),
  }),
  apply: (cluster, key, plan) => void revokeCredential(cluster, key, plan),
};

/** Has a credential revoked; gives its fingerprint, or null where the machine has none. */
export function revokeCredential(cluster: SimCluster, key: RevokedKey, plan: Plan): string | null {
  const { keys, sim, servers } = cluster;
  if (keys?.shape.holding !== "credentials") return null;
  const holder = keys.holder(key.machine);
  const [file] = holder.keyFiles;
  if (file?.contents.kind !== "credential") return null;
  const { fingerprint } = file.contents.certificate;
  revoke(cluster, key.client, fingerprint, plan);
  sim.after(within(cluster, plan, key.lastsMs), () => {
    keys.renew(holder);
    servers[key.machine]?.hangUp();
  });
  return fingerprint;
}

/** Somebody asks until it is done, or until nobody does anything any more. */
function revoke(cluster: SimCluster, number: number, fingerprint: string, plan: Plan): void {
  const { keys, sim } = cluster;
  if (!keys) return;
  keys.revocations.asked.add(fingerprint);
  cluster.client(number).revoke(fingerprint, "admin", (order) => keys.revocations.ordered(order, sim.now));
  sim.after(AGAIN_MS, () => {
    if (!keys.revocations.done.has(fingerprint) && sim.now < plan.quietAt) revoke(cluster, number, fingerprint, plan);
  });
}
