import { idOfContent } from "../../cluster/people/content.ts";
import { sharedPath } from "../../cluster/people/shared-paths.ts";
import type { SimFile } from "../../world/disk/file-system/inodes.ts";
import type { Invariant } from "../invariant.ts";

/** After a power loss a copy that the program has put into a shared folder is whole, or its name is not there. */
export const durableCopies: Invariant = {
  name: "a copy is whole after a power loss",
  watch({ secondaries }, broken) {
    /** What the program has put under a name, and nobody has written to since. */
    const copies = new Map<SimFile, string>();
    for (const secondary of secondaries) {
      const { disk } = secondary.machine;
      disk.observe({
        contentLost({ file, entry, cause, actor, content }) {
          if (actor.kind === "user" && cause === "overwritten") copies.delete(file);
          const id = copies.get(file);
          if (actor.kind !== "power" || id === undefined || idOfContent(content) !== id) return;
          const path = sharedPath(entry);
          const isThere =
            entry !== null && path?.kind === "shared" && entry.folder?.entries.get(entry.name)?.inode === file;
          if (isThere && idOfContent(file.content) !== id) {
            broken(`secondary ${secondary.number} has a torn copy of ${id.slice(0, 8)} as ${path.name}`);
          }
        },
        placed(entry, _from, actor) {
          const { inode } = entry;
          if (actor.kind !== "process" || inode.kind !== "file" || sharedPath(entry)?.kind !== "shared") return;
          copies.set(inode, idOfContent(inode.content));
        },
      });
    }
    return {};
  },
};
