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
          const held = [name, conflictName].map((one) => files.get(one) ?? "");
          // A bit that flips on a disk takes no version away: it is read from the others when somebody asks for it.
          if (held.includes(id) || held.some((one) => users.intendedId(one) === id)) continue;
          broken(`secondary ${secondary.number} has version ${id.slice(0, 8)} of ${name} under no name`);
        }
      }
    },
  }),
};
