import { BOTH_WAYS, type Direction } from "../world/hosts.ts";
import { ALL_HOSTS } from "../world/world.ts";
import type { Fault } from "./fault.ts";

/** A host has a slow link, one way or both. */
export const slowLink: Fault<{ host: number; directions: readonly Direction[]; megabits: number }> = {
  name: "slow-link",
  weight: 3,
  draw: (random) => ({
    host: random.pick(ALL_HOSTS),
    directions: random.pick<readonly Direction[]>([["out"], ["in"], BOTH_WAYS]),
    megabits: random.pick([1, 4, 10]),
  }),
  target: ({ host }) => `link ${host}`,
  async begin({ world: { hosts } }, { host, directions, megabits }) {
    for (const direction of directions) hosts.slow(host, direction, megabits);
    return () => hosts.usual(host);
  },
};
