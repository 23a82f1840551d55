import { formatAddress } from "../../../../src/net/address/address.ts";
import type { Invariant } from "../invariant.ts";

/** Most tries to connect within so many milliseconds, by one thread to one port: some five times as many as it ever needs. */
const MOST_TRIES = 30;
const WINDOW_MS = 1000;

/** Who was refused, or could not connect, makes a pause before it asks the same one again. */
export const pauses: Invariant = {
  name: "nobody is asked again without a pause",
  watch({ sim, network }, broken) {
    /** Simulated milliseconds of the last tries, by who tries and where to. */
    const tries = new Map<string, number[]>();
    network.onDial((thread, to) => {
      const way = `${thread} connects to ${formatAddress(to)}`;
      const times = tries.get(way) ?? [];
      tries.set(way, times);
      times.push(sim.now);
      if (times.length <= MOST_TRIES) return;
      const first = times.shift() ?? 0;
      if (sim.now - first <= WINDOW_MS) broken(`${way} ${MOST_TRIES + 1} times in ${Math.round(sim.now - first)} ms`);
    });
    return {};
  },
};
