import type { ActionKind } from "../../action.ts";
import { drawServer } from "../../draws.ts";

/** A server ends in order, and is started again a while later. */
export const restartServer: ActionKind<{ server: number; downMs: number }> = {
  name: "restart a server",
  fault: true,
  weight: 2,
  draw: (random, shape) => ({
    server: drawServer(random, shape),
    downMs: 2000 + random.below(random.pick([10, 1000, 5000, 20_000])),
  }),
  apply({ sim, servers }, { server: index, downMs }, { quietAt }) {
    const server = servers[index];
    server?.stop();
    sim.after(Math.min(downMs, quietAt - sim.now), () => server?.start());
  },
};
