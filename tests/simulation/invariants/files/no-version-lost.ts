import { flipReads } from "../../scenario/faults/disks/flip-reads.ts";
import type { Invariant } from "../invariant.ts";

/**
 * A version that a person made, and that nobody has replaced, deleted or removed who had it in front of them, is in every
 * folder in the end: under its name, or under that of a conflict.
 */
export const noVersionLost: Invariant = {
  name: "no version is lost",
  watch: ({ users, secondaries, happened }, broken) => ({
    atEnd: () => {
      // Of a file that was read wrongly the name of the conflict is that of another content.
      const misread = happened.some(({ kind }) => kind === flipReads.name);
      for (const secondary of secondaries) {
        const files = users.filesOf(secondary).all();
        for (const { name, id, conflictName } of users.versions.expected()) {
          const held = misread ? [...files.values()] : [name, conflictName].map((one) => files.get(one) ?? "");
          // A bit that flips on a disk takes no version away: it is read from the others when somebody asks for it.
          if (held.some((one) => users.versions.isDamageOf(one, id))) continue;
          // Where a bit was flipped when the file was read, the conflict has its name by the wrong id.
          if ([...files].some(([one, there]) => there === id && isConflictOf(one, conflictName))) continue;
          broken(`secondary ${secondary.number} has version ${id.slice(0, 8)} of ${name} under no name`);
        }
      }
    },
  }),
};

/** Whether a name is that of a conflict, of the same name as another one's. */
function isConflictOf(name: string, other: string): boolean {
  const parts = [name, other].map((one) => one.split(/\.conflict-[0-9a-f]{8}/));
  return parts[0]?.length === 2 && parts[0].join("/") === parts[1]?.join("/");
}
