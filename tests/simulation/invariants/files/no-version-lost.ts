import type { Invariant } from "../invariant.ts";

/**
 * A version that a person made, and that nobody has replaced, deleted or removed who had it in front of them, is in every
 * folder in the end: under its name, or under that of a conflict.
 */
export const noVersionLost: Invariant = {
  name: "no version is lost",
  watch: ({ users, secondaries }, broken) => ({
    atEnd: () => {
      for (const secondary of secondaries) {
        const files = users.filesOf(secondary).all();
        for (const { name, id, conflictName } of users.expected()) {
          if (files.get(name) === id || files.get(conflictName) === id) continue;
          broken(`secondary ${secondary.number} has version ${id.slice(0, 8)} of ${name} under no name`);
        }
      }
    },
  }),
};
