import { CLIENT_FOLDER } from "../../cluster/people/client-machine.ts";
import { workFilesIn } from "../../scenario/faults/machines/touch-work-file.ts";
import type { Invariant } from "../invariant.ts";

/** Simulated milliseconds between two looks. */
const LOOK_MS = 5;

/**
 * The part of a download is that download's alone: no two processes have it open that have written to it. To open it is
 * no harm: only who has it open can ask for its lock.
 */
export const ownWorkFiles: Invariant = {
  name: "a part is one download's alone",
  watch({ sim, clients }, broken) {
    let lastLook = 0;
    return {
      afterEvent: () => {
        if (sim.now - lastLook < LOOK_MS) return;
        lastLook = sim.now;
        for (const { machine } of clients) {
          if (machine.processes.length < 2) continue;
          const { user } = machine.disk;
          for (const path of workFilesIn(user, CLIENT_FOLDER)) {
            const writers = path.endsWith(".part") ? (user.file(path)?.changers ?? 0) : 0;
            if (writers > 1) broken(`${writers} processes write to ${path} on ${machine.host}`);
          }
        }
      },
    };
  },
};
