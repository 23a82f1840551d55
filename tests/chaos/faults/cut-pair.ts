import { ALL_HOSTS } from "../world/world.ts";
import type { Fault } from "./fault.ts";

/** What one host sends to one other vanishes; the rest arrives. */
export const cutPair: Fault<{ from: number; to: number }> = {
  name: "cut-pair",
  weight: 2,
  draw: (random) => {
    const from = random.pick(ALL_HOSTS);
    return { from, to: random.pick(ALL_HOSTS.filter((host) => host !== from)) };
  },
  target: ({ from, to }) => `way ${from}-${to}`,
  async begin({ world: { hosts } }, { from, to }) {
    hosts.separate(from, to, true);
    return () => hosts.separate(from, to, false);
  },
};
