import type { Invariant } from "../invariant.ts";

/** Simulated milliseconds between two looks. */
const LOOK_MS = 500;
/** Most of each that a process needs with as few files and peers as a simulated cluster has. */
const MOST = { timers: 400, connections: 200, descriptors: 400 };

/** What a process takes of the system has a bound, whatever happens to it. */
export const boundedResources: Invariant = {
  name: "what a process takes is bounded",
  watch({ sim, machines }, broken) {
    let lastLook = 0;
    return {
      afterEvent: () => {
        if (sim.now - lastLook < LOOK_MS) return;
        lastLook = sim.now;
        for (const { processes } of machines) {
          for (const ports of processes) {
            const taken = ports.taken();
            for (const kind of ["timers", "connections", "descriptors"] as const) {
              if (taken[kind] > MOST[kind]) broken(`${ports.process.name} has ${taken[kind]} ${kind}`);
            }
          }
        }
      },
    };
  },
};
