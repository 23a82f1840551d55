import { type Fault, SERVERS } from "./fault.ts";

/** STOP and CONT of a server. */
export const freezeServer: Fault<{ server: number }> = {
  name: "freeze-server",
  weight: 3,
  draw: (random) => ({ server: random.pick(SERVERS) }),
  target: ({ server }) => `server ${server}`,
  async begin({ world }, { server }) {
    const program = world.server(server).running;
    if (!program) return null;
    world.freeze(program);
    return () => world.thaw(program);
  },
};
