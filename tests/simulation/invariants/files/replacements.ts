import { idOfContent } from "../../cluster/people/content.ts";
import { classify, sharedPath } from "../../cluster/people/shared-paths.ts";
import type { SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import type { Entry } from "../../world/disk/file-system/inodes.ts";
import type { Invariant } from "../invariant.ts";

/**
 * The program puts a copy in the place of a file only when the copy came after it: an older version never replaces a newer
 * one, and a version that nobody has replaced keeps its place. Checked at the moment of the replacement.
 */
export const replacements: Invariant = {
  name: "older never replaces newer",
  watch({ users, secondaries }, broken) {
    /** What was under a name just before: it is kept before the copy gets its name. */
    const before = new Map<string, string>();

    const { edits } = users.versions;
    /** Of a content that was removed as well, and put there again elsewhere, it is not known either which of the two was there. */
    const isPlaced = (name: string, id: string) =>
      edits.isExpected(name, id) && !edits.of(name, id).some((edit) => edits.isExcused(edit));

    const installed = (secondary: SimSecondary, name: string, entry: Entry) => {
      const key = `${secondary.number} ${name}`;
      const old = before.get(key);
      before.delete(key);
      if (old === undefined || entry.inode.kind !== "file") return;
      const id = idOfContent(entry.inode.content);
      // Of a content that somebody put back later it is not known which of the two was there.
      if (id === old || edits.cameAfter(name, id, old)) return;
      const what = `secondary ${secondary.number} replaces ${old.slice(0, 8)} of ${name} by ${id.slice(0, 8)}`;
      if (edits.isOlder(name, id, old)) broken(`${what}, which came before it`);
      else if (isPlaced(name, old)) broken(`${what}, which does not come after it`);
    };

    for (const secondary of secondaries) {
      secondary.machine.disk.observe({
        contentLost({ entry, content, cause, actor }) {
          const path = sharedPath(entry);
          if (actor.kind !== "process" || cause !== "replaced" || path?.kind !== "shared") return;
          before.set(`${secondary.number} ${path.name}`, idOfContent(content));
        },
        taken(entry, actor) {
          const path = sharedPath(entry);
          if (actor.kind !== "process" || entry.inode.kind !== "file" || path?.kind !== "kept") return;
          // The file has its own name as well: it was not replaced after all.
          if (entry.inode.links > 1) before.delete(`${secondary.number} ${path.name}`);
        },
        placed(entry, from, actor) {
          const path = sharedPath(entry);
          if (actor.kind !== "process" || entry.inode.kind !== "file" || path === null) return;
          if (path.kind === "kept" && path.label.includes("replaced")) {
            before.set(`${secondary.number} ${path.name}`, idOfContent(entry.inode.content));
          }
          if (path.kind !== "shared") return;
          // What comes from the kept files was asked for by a person, or comes back because a replacement failed: nothing
          // is kept for the next copy until that one replaces it.
          if (from !== null && classify(from)?.kind === "kept") before.delete(`${secondary.number} ${path.name}`);
          else installed(secondary, path.name, entry);
        },
      });
    }
    return {};
  },
};
