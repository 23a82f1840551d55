import { ALL_HOSTS } from "../world/world.ts";
import type { Fault } from "./fault.ts";

/** The plug of a host is pulled: whoever sends to it is told that it cannot be reached. */
export const loseCarrier: Fault<{ host: number }> = {
  name: "lose-carrier",
  weight: 1,
  draw: (random) => ({ host: random.pick(ALL_HOSTS) }),
  target: ({ host }) => `link ${host}`,
  async begin({ world: { hosts } }, { host }) {
    hosts.carrier(host, false);
    return () => hosts.carrier(host, true);
  },
};
