import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary } from "../draws.ts";
import { presentName } from "../present-name.ts";

type Params = {
  /** Which secondary is away, and for how many milliseconds. */
  secondary: number;
  lastsMs: number;
  name: string;
  /** The central: milliseconds until it is killed, and started again at once. */
  server: 0;
  centralAfterMs: number;
};

/** Milliseconds until the secondary has ended. */
const REMOVED_AFTER_MS = 400;

/** A file is removed from the cluster while a secondary is away, and the central does not remember it by itself. */
export const removeUnseen: ActionKind<Params> = {
  name: "remove a file while a secondary is away",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    secondary: drawSecondary(random, shape),
    lastsMs: 2000 + random.below(5000),
    name: drawName(random),
    server: 0,
    centralAfterMs: 500 + random.below(1500),
  }),
  apply(cluster, { secondary: number, lastsMs, name: wanted, centralAfterMs }, { quietAt }) {
    const { sim, central, console } = cluster;
    const { server } = cluster.secondary(number);
    if (sim.now + lastsMs >= quietAt) return;
    const name = presentName(cluster, number, wanted);
    // In order: what it was doing is recorded.
    server.stop();
    sim.after(REMOVED_AFTER_MS, () => console.remove(name));
    sim.after(centralAfterMs, () => {
      central.kill();
      central.start();
    });
    sim.after(lastsMs, () => server.start());
  },
};
