import { EPOCH_MS } from "../../world/sim-process.ts";
import type { ActionKind } from "../action.ts";
import { within } from "../draws.ts";

/** A machine is given a credential that ends soon, by its own clock, while its sessions go on; and later another one. */
export const endCredential: ActionKind<{ machine: number; endsMs: number; lastsMs: number }> = {
  name: "a credential that ends",
  fault: true,
  weight: 3,
  draw: (random, { secondaries, clients }) => ({
    machine: random.below(1 + secondaries + clients),
    endsMs: random.pick([0, 1500, 5000]),
    lastsMs: 5000 + random.below(15_000),
  }),
  apply(cluster, { machine: place, endsMs, lastsMs }, plan) {
    const { keys, sim, servers } = cluster;
    const machine = cluster.machines[place];
    if (!keys || !machine) return;
    const holder = keys.holder(place);
    const give = (files: typeof holder.keyFiles) => {
      holder.give(files);
      servers[place]?.hangUp();
    };
    give(keys.endingFiles(holder, EPOCH_MS + sim.now + machine.wall.ahead + endsMs));
    sim.after(within(cluster, plan, lastsMs), () => give(keys.properFiles(holder)));
  },
};
