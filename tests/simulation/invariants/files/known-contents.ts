import { flipReads } from "../../scenario/faults/disks/flip-reads.ts";
import type { Invariant } from "../invariant.ts";

/** Each file in a shared folder has a content that somebody gave to a file of that name: no mixture, nothing torn. */
export const knownContents: Invariant = {
  name: "every file is one that somebody made",
  watch: ({ users, secondaries, happened }, broken) => ({
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
  }),
};
