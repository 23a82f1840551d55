import { BOTH_WAYS, type Direction } from "../world/hosts.ts";
import { ALL_HOSTS } from "../world/world.ts";
import type { Fault } from "./fault.ts";

/** What a host sends, or what is sent to it, or both, vanishes without a word. */
export const cutLink: Fault<{ host: number; directions: readonly Direction[] }> = {
  name: "cut-link",
  weight: 3,
  draw: (random) => ({
    host: random.pick(ALL_HOSTS),
    directions: random.pick<readonly Direction[]>([["out"], ["in"], BOTH_WAYS]),
  }),
  target: ({ host }) => `link ${host}`,
  async begin({ world: { hosts } }, { host, directions }) {
    for (const direction of directions) hosts.cut(host, direction);
    return () => hosts.usual(host);
  },
};
