import { SECONDARIES } from "../world/world.ts";
import type { Fault } from "./fault.ts";

/** A secondary is killed and started again under a low `ulimit -n`, for some time. */
export const fewDescriptors: Fault<{ secondary: number; descriptors: number }> = {
  name: "few-descriptors",
  weight: 2,
  draw: (random) => ({ secondary: random.pick(SECONDARIES), descriptors: 64 + random.below(40) }),
  target: ({ secondary }) => `server ${secondary}`,
  async begin({ world }, { secondary, descriptors }) {
    const server = world.server(secondary);
    await server.kill();
    server.start(descriptors);
    return async () => {
      await server.kill();
      server.start();
    };
  },
};
