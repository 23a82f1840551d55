import { idOfContent } from "../../cluster/people/content.ts";
import type { SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import type { ContentLoss } from "../../world/disk/machine/observer.ts";
import type { Invariant } from "../invariant.ts";
import { sharedPath } from "./shared-paths.ts";

const DAY_MS = 24 * 3600 * 1000;
/** Kept files make room only while less than this part of a disk is free: a copy may need as much (README.md of the program). */
const PLENTY = 1 / 2;

/**
 * What the program takes out of a folder is kept: for `--keep` days, as far as there is room. Checked at the moment when it
 * destroys the last name of a content.
 */
export const keptFiles: Invariant = {
  name: "what leaves a folder is kept",
  watch(cluster, broken) {
    const { users, secondaries, shape } = cluster;
    /** When each kept file came, by its path: milliseconds of the machine's wall clock. */
    const keptAt = new Map<string, number>();
    const lost: { readonly secondary: SimSecondary; readonly name: string; readonly id: string }[] = [];

    const destroyed = (secondary: SimSecondary, { entry, content, cause }: ContentLoss) => {
      const path = sharedPath(entry);
      if (path === null) return;
      const id = idOfContent(content);
      if (path.kind === "shared" && cause === "overwritten") {
        return broken(`secondary ${secondary.number} writes to ${path.name} itself, which lies in the shared folder`);
      }
      if (path.kind === "shared") return void (shape.keepDays > 0 && lost.push({ secondary, name: path.name, id }));
      const { disk, machine } = secondary;
      const age = machine.wall.ahead + cluster.sim.now - (keptAt.get(`${secondary.number} ${path.label}`) ?? 0);
      // The label has whole seconds.
      const isOld = age + 1000 >= shape.keepDays * DAY_MS;
      if (isOld || disk.freeBytes < disk.capacity * PLENTY) return;
      broken(
        `secondary ${secondary.number} deletes the kept ${path.name} after ${Math.round(age / 1000)} s, with room left`,
      );
    };

    for (const secondary of secondaries) {
      secondary.machine.disk.observe({
        contentLost: (loss) => {
          if (loss.actor.kind === "process") destroyed(secondary, loss);
        },
        placed: (entry) => {
          const path = sharedPath(entry);
          if (path?.kind !== "kept") return;
          const wall = cluster.sim.now + secondary.machine.wall.ahead;
          keptAt.set(`${secondary.number} ${path.label}`, wall);
        },
      });
    }
    return {
      afterEvent: () => {
        for (const { secondary, name, id } of lost.splice(0)) {
          const files = users.filesOf(secondary);
          // The same content has come in its place, or stays under another name.
          if (files.holds(id) || [...files.kept().values()].includes(id)) continue;
          if (secondary.disk.freeBytes < secondary.disk.capacity * PLENTY) continue;
          broken(`secondary ${secondary.number} destroys ${id.slice(0, 8)} of ${name} and does not keep it`);
        }
      },
    };
  },
};
