import { WRONG_SECONDARY_KEYS, type WrongKey } from "../../cluster/keys/sim-keys.ts";
import { EPOCH_MS } from "../../world/sim-process.ts";
import type { ActionKind } from "../action.ts";
import { drawSecondary, within } from "../draws.ts";

/** Somebody runs a program in the place of a secondary, with a key that is not the secondary's, for a while. */
export const wearWrongKey: ActionKind<{ secondary: number; key: WrongKey; lastsMs: number }> = {
  name: "a secondary with a wrong key",
  fault: true,
  weight: 3,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    key: random.pick(WRONG_SECONDARY_KEYS),
    lastsMs: 1000 + random.below(15_000),
  }),
  apply(cluster, { secondary: number, key, lastsMs }, plan) {
    const { keys, sim } = cluster;
    if (!keys) return;
    const { server, machine } = cluster.secondary(number);
    const holder = keys.holder(number);
    const wear = (material: typeof holder.disguise) => {
      holder.disguise = material;
      server.kill();
      server.start();
    };
    const disguise = keys.wrongMaterial(holder, key, machine.wall.ahead + EPOCH_MS + sim.now);
    wear(disguise);
    sim.after(within(cluster, plan, lastsMs), () => {
      if (holder.disguise === disguise) wear(null);
    });
  },
};
