import type { Invariant } from "./invariant.ts";

/** What a server may have more of than before the first fault: MiB, descriptors, threads. */
const MORE = { memory: 96, descriptors: 12, threads: 6 };

/** When there is nothing to do, a server has about as much memory, files and threads as it had at first. */
export const noLeaks: Invariant = {
  name: "nothing leaks",
  async comesToHold({ world, first }) {
    for (const [server, now] of world.figures) {
      const before = first.get(server);
      if (!before) continue;
      for (const what of ["memory", "descriptors", "threads"] as const) {
        if (now[what] > before[what] + MORE[what]) return `${server}: ${what} ${now[what]}, ${before[what]} at first`;
      }
    }
    return null;
  },
};
