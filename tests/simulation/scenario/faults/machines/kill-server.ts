import type { ActionKind } from "../../action.ts";
import { drawServer } from "../../draws.ts";

/** kill -9 of a server, which is started again a while later. */
export const killServer: ActionKind<{ server: number; downMs: number }> = {
  name: "kill a server",
  fault: true,
  weight: 3,
  draw: (random, shape) => ({
    server: drawServer(random, shape),
    downMs: random.below(random.pick([10, 1000, 5000, 20_000])),
  }),
  apply({ sim, servers }, { server: index, downMs }, { quietAt }) {
    const server = servers[index];
    server?.kill();
    sim.after(Math.min(downMs, quietAt - sim.now), () => server?.start());
  },
};
