import type { ActionKind } from "../../action.ts";
import { drawServer } from "../../draws.ts";

/** A server is killed and loses its database; it is started again with an empty one. */
export const loseData: ActionKind<{ server: number; downMs: number }> = {
  name: "restart without data",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({ server: drawServer(random, shape), downMs: random.below(10_000) }),
  apply(cluster, { server: index, downMs }, { quietAt }) {
    const { sim, servers } = cluster;
    const server = servers[index];
    server?.kill();
    cluster.loseDatabase(index);
    sim.after(Math.min(downMs, quietAt - sim.now), () => server?.start());
  },
};
