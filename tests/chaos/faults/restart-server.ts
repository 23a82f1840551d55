import { ENDING_MS } from "../world/world.ts";
import { type Fault, SERVERS } from "./fault.ts";

/** A server is ended in order, and comes back after some time. */
export const restartServer: Fault<{ server: number }> = {
  name: "restart-server",
  weight: 2,
  draw: (random) => ({ server: random.pick(SERVERS) }),
  target: ({ server }) => `server ${server}`,
  async begin({ world }, { server }) {
    const one = world.server(server);
    const code = await one.terminate(ENDING_MS).catch((error: Error) => error.message);
    world.verdict.require(code === 0, "servers end in order", `${one.name} ended with ${code}`);
    return () => void one.start();
  },
};
