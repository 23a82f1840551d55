import { type Fault, SERVERS } from "./fault.ts";

/** kill -9 of a server, which comes back after some time. */
export const killServer: Fault<{ server: number }> = {
  name: "kill-server",
  weight: 4,
  draw: (random) => ({ server: random.pick(SERVERS) }),
  target: ({ server }) => `server ${server}`,
  async begin({ world }, { server }) {
    await world.server(server).kill();
    return () => void world.server(server).start();
  },
};
