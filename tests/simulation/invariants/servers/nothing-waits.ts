import type { Invariant } from "../invariant.ts";

/** In the end nobody waits for anything: no place among the downloads is taken, and no copy is queued or under way. */
export const nothingWaits: Invariant = {
  name: "nothing waits for ever",
  watch: ({ central, secondaries }, broken) => ({
    atEnd: () => {
      const { activeCount = 0, waitingCount = 0 } = central.role?.admission ?? {};
      if (activeCount + waitingCount > 0)
        broken(`${activeCount} downloads are active and ${waitingCount} wait at the central`);
      for (const { number, server } of secondaries) {
        const { replicator } = server.role ?? {};
        if (!replicator) continue;
        const under = replicator.progress().length;
        if (under + replicator.queued > 0)
          broken(`secondary ${number} copies ${under} files, and ${replicator.queued} wait`);
        const { count, files } = replicator.obstacles(1);
        if (count > 0)
          broken(`secondary ${number} waits for an obstacle to go: ${files[0]?.name}: ${files[0]?.reason}`);
      }
    },
  }),
};
