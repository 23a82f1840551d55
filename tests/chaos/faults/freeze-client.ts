import type { Fault } from "./fault.ts";

/** STOP and CONT of a client. */
export const freezeClient: Fault<{ choice: number }> = {
  name: "freeze-client",
  weight: 2,
  draw: (random) => ({ choice: random.fraction() }),
  target: () => "a client",
  async begin({ world, downloads }, { choice }) {
    const program = downloads.choose(choice)?.program;
    if (!program) return null;
    world.freeze(program);
    return () => world.thaw(program);
  },
};
