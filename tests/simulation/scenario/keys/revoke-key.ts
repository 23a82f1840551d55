import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { ActionKind, Plan } from "../action.ts";
import { within } from "../draws.ts";

/** Milliseconds after which a person asks again that was not told that it is done. */
const AGAIN_MS = 1500;

/** A credential is revoked while its owner has sessions; later the owner is given another one. */
export const revokeKey: ActionKind<{ client: number; machine: number; lastsMs: number }> = {
  name: "revoke a key",
  fault: true,
  weight: 4,
  draw: (random, { secondaries, clients }) => ({
    client: 1 + random.below(clients),
    machine: 1 + random.below(secondaries + clients),
    lastsMs: 3000 + random.below(15_000),
  }),
  apply(cluster, { client, machine: place, lastsMs }, plan) {
    const { keys, sim, servers } = cluster;
    if (keys?.shape.holding !== "credentials") return;
    const holder = keys.holder(place);
    const [file] = holder.keyFiles;
    if (file?.contents.kind !== "credential") return;
    revoke(cluster, client, file.contents.certificate.fingerprint, plan);
    sim.after(within(cluster, plan, lastsMs), () => {
      keys.renew(holder);
      servers[place]?.hangUp();
    });
  },
};

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
