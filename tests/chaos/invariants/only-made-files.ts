import { originalName } from "../people/history.ts";
import type { Invariant } from "./invariant.ts";

/** All that is shared was made by somebody, under this name. */
export const onlyMadeFiles: Invariant = {
  name: "there is nothing that nobody made",
  atRest({ world, history, contents }) {
    for (const { number, backing } of world.disks) {
      for (const [name, { digest }] of contents.read(backing)) {
        const made = history.records.get(originalName(name))?.made;
        if (!made?.has(digest)) return `${name} at secondary ${number} is ${digest}, which nobody made`;
      }
    }
    return null;
  },
};
