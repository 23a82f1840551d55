import { idOfContent } from "../../cluster/people/content.ts";
import { sharedPath } from "../../cluster/people/shared-paths.ts";
import type { SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import { fileSystemOf, type SimFileSystem } from "../../world/disk/file-system/file-system.ts";
import type { Inode } from "../../world/disk/file-system/inodes.ts";
import type { ContentLoss } from "../../world/disk/machine/observer.ts";
import type { Invariant } from "../invariant.ts";

const DAY_MS = 24 * 3600 * 1000;
/** Kept files make room only while less than this part of a disk is free: a copy may need as much (README.md of the program). */
const PLENTY = 1 / 2;

/**
 * What the program takes out of a folder is kept: for `--keep` days, as far as there is room. Checked at the moment when it
 * destroys the last name of a content, and after each power loss.
 */
export const keptFiles: Invariant = {
  name: "what leaves a folder is kept",
  watch(cluster, broken) {
    const { users, secondaries, shape } = cluster;
    /** When each kept file came, by its path: milliseconds of the machine's wall clock. */
    const keptAt = new Map<string, number>();
    /** Files that a person has taken out of a folder: by deleting the name, or by putting another file there. */
    const takenByPeople = new WeakSet<Inode>();
    const lost: { readonly secondary: SimSecondary; readonly name: string; readonly id: string }[] = [];

    const destroyed = (secondary: SimSecondary, { file, entry, content, cause }: ContentLoss) => {
      const path = sharedPath(entry);
      // A secondary that has lost its data takes another disk for its folder: what is kept there is not looked for.
      if (path === null || fileSystemOf(file) !== secondary.disk) return;
      const id = idOfContent(content);
      if (path.kind === "shared" && cause === "overwritten") {
        return broken(`secondary ${secondary.number} writes to ${path.name} itself, which lies in the shared folder`);
      }
      if (path.kind === "shared") return void (shape.keepDays > 0 && lost.push({ secondary, name: path.name, id }));
      const { disk, machine } = secondary;
      const since = keptAt.get(`${secondary.number} ${path.label}`) ?? 0;
      // While it was being kept it had both names, and a person was first to take the one in the folder.
      if (takenByPeople.has(file)) return;
      const age = machine.wall.ahead + cluster.sim.now - since;
      // The label has whole seconds.
      const isOld = age + 1000 >= shape.keepDays * DAY_MS;
      if (isOld || isScarce(disk)) return;
      broken(
        `secondary ${secondary.number} deletes the kept ${path.name} after ${Math.round(age / 1000)} s, with room left`,
      );
    };

    /** On the disk a kept file is under that name, or still under the one that it had: never under none. */
    const lostPower = (secondary: SimSecondary, { entry, file, content }: ContentLoss) => {
      const path = sharedPath(entry);
      // Of a file that is torn, and has a name, its user has lost what they did not sync.
      if (path?.kind !== "kept" || file.content !== content) return;
      broken(
        `secondary ${secondary.number} loses the kept ${path.name}, ${idOfContent(content).slice(0, 8)}, with its power`,
      );
    };

    for (const secondary of secondaries) {
      secondary.machine.disk.observe({
        contentLost: (loss) => {
          if (loss.actor.kind === "process") destroyed(secondary, loss);
          else if (loss.actor.kind === "power") lostPower(secondary, loss);
        },
        placed: (entry) => {
          const path = sharedPath(entry);
          const wall = cluster.sim.now + secondary.machine.wall.ahead;
          if (path?.kind === "kept") keptAt.set(`${secondary.number} ${path.label}`, wall);
        },
        taken: (entry, actor) => {
          if (actor.kind === "user" && sharedPath(entry)?.kind === "shared") takenByPeople.add(entry.inode);
        },
      });
    }
    return {
      afterEvent: () => {
        if (lost.length === 0) return;
        for (const { secondary, name, id } of lost.splice(0)) {
          const files = users.filesOf(secondary);
          // The same content has come in its place, or stays under another name; or what it was before a bit of it flipped.
          if (files.holds(id) || files.holds(users.versions.intendedId(id)) || [...files.kept().values()].includes(id))
            continue;
          if (isScarce(secondary.disk)) continue;
          broken(`secondary ${secondary.number} destroys ${id.slice(0, 8)} of ${name} and does not keep it`);
        }
      },
    };
  },
};

/** Whether a copy may need the room of kept files. What a fault has taken of a disk counts as taken by others. */
function isScarce({ freeBytes, features }: SimFileSystem): boolean {
  return freeBytes < features.capacity * PLENTY;
}
