import type { Fault } from "./fault.ts";

/** kill -9 of a client in the middle of a download. */
export const killClient: Fault<{ choice: number }> = {
  name: "kill-client",
  weight: 4,
  draw: (random) => ({ choice: random.fraction() }),
  target: () => "a client",
  async begin({ downloads }, { choice }) {
    const download = downloads.choose(choice);
    if (!download) return null;
    await download.kill();
    return () => {};
  },
};
