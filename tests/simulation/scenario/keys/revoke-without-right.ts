import type { ActionKind } from "../action.ts";

/** Somebody whose credential is good for less asks the central to revoke the key of a machine. */
export const revokeWithoutRight: ActionKind<{ client: number; machine: number; rights: "read" | "write" }> = {
  name: "revoke a key without the right",
  fault: false,
  weight: 2,
  draw: (random, { secondaries, clients }) => ({
    client: 1 + random.below(clients),
    machine: random.below(1 + secondaries + clients),
    rights: random.pick(["read", "write"]),
  }),
  apply(cluster, { client, machine, rights }) {
    const { keys, sim } = cluster;
    const [file] = keys?.holder(machine).keyFiles ?? [];
    if (!keys || !file) return;
    const { contents } = file;
    const { fingerprint } = contents.kind === "credential" ? contents.certificate : contents.authority;
    cluster.client(client).revoke(fingerprint, rights, (order) => keys.revocations.ordered(order, sim.now));
  },
};
