import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";

/** The same file is wanted twice on one machine, at nearly the same time. */
export const getTwice: ActionKind<{ client: number; name: string; laterMs: number }> = {
  name: "get a file twice",
  fault: false,
  weight: 1,
  draw: (random, { clients }) => ({
    client: 1 + random.below(clients),
    name: drawName(random),
    laterMs: random.below(random.pick([1, 100, 2000])),
  }),
  apply(cluster, { client: number, name, laterMs }, { quietAt }) {
    const { sim } = cluster;
    const command = { names: [name], to: "folder", force: true, waitMs: 36_000 } as const;
    cluster.client(number).get(command);
    sim.after(Math.max(0, Math.min(laterMs, quietAt - sim.now - 1)), () => cluster.client(number).get(command));
  },
};
