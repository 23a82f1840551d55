import type { Invariant } from "./invariant.ts";

/** What was removed, and that nobody has put there again, is not there. */
export const removedStaysRemoved: Invariant = {
  name: "removed stays removed",
  atRest({ world, history, contents }) {
    for (const { number, backing } of world.disks) {
      for (const name of contents.read(backing).keys()) {
        if (history.records.get(name)?.presence === "removed") return `${name} is there again at secondary ${number}`;
      }
    }
    return null;
  },
};
