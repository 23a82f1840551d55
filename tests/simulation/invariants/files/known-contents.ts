import { idOfContent } from "../../cluster/people/content.ts";
import { sharedPath } from "../../cluster/people/shared-paths.ts";
import { flipReads } from "../../scenario/faults/disks/flip-reads.ts";
import type { Invariant } from "../invariant.ts";
import { PeoplesFiles } from "../peoples-files.ts";

/**
 * Each file in a shared folder has a content that somebody gave to a file of that name: no mixture, nothing torn. Checked
 * when the program gives a file its name, and in the end.
 */
export const knownContents: Invariant = {
  name: "every file is one that somebody made",
  watch({ users, secondaries, happened }, broken) {
    for (const { number, machine } of secondaries) {
      const touched = new PeoplesFiles(machine.disk);
      machine.disk.observe({
        placed(entry, _from, actor) {
          const path = sharedPath(entry);
          if (actor.kind !== "process" || entry.inode.kind !== "file" || path?.kind !== "shared") return;
          const id = idOfContent(entry.inode.content);
          // Who writes to it in the very last moment cannot be kept from that.
          if (!users.contents.known.has(id) && !touched.has(entry.inode))
            broken(`secondary ${number} gives ${path.name} a content ${id.slice(0, 8)} that nobody made`);
        },
      });
    }
    return {
      atEnd: () => {
        // Of a file that was read wrongly the name of the conflict is that of another content.
        const misread = happened.some(({ kind }) => kind === flipReads.name);
        const names = users.versions.edits.names();
        for (const secondary of secondaries) {
          for (const [name, id] of users.filesOf(secondary).all()) {
            const where = `${name} at secondary ${secondary.number}`;
            if (!users.contents.known.has(id)) broken(`${where} has a content ${id.slice(0, 8)} that nobody made`);
            if (!misread && !names.has(name)) broken(`${where} has a name that nobody gave`);
          }
        }
      },
    };
  },
};
