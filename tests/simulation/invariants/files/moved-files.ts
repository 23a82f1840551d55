import { idOfContent } from "../../cluster/people/content.ts";
import type { Move } from "../../cluster/people/moves.ts";
import type { SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import type { Invariant } from "../invariant.ts";

/**
 * A file to which the cluster has given another name is in some shared folder in the end, under whatever name, unless people
 * have replaced, deleted or removed it, or a fault of a disk has taken it.
 */
export const movedFiles: Invariant = {
  name: "what was moved is there",
  watch({ users, moves, secondaries }, broken) {
    /** Contents that somebody else than the program has taken from some folder. */
    const taken = new Set<string>();
    for (const secondary of secondaries) {
      secondary.machine.disk.observe({
        contentLost({ content, actor }) {
          if (actor.kind === "process") return;
          const id = idOfContent(content);
          // Before a move only who takes the last one: the central may give the order before it knows of that.
          if (moves.all.length > 0 || !isElsewhere(id, secondary)) taken.add(id);
        },
      });
    }
    return {
      atEnd: () => {
        const there = secondaries.flatMap((secondary) => [...users.filesOf(secondary).all().values()]);
        for (const move of moves.all) {
          const { from, to, id, isDone } = move;
          if (!isDone || taken.has(id) || hasFollower(move)) continue;
          if (there.some((one) => users.versions.isDamageOf(one, id))) continue;
          broken(`${id.slice(0, 8)}, which was moved from ${from} to ${to}, is in no folder`);
        }
      },
    };

    function isElsewhere(id: string, place: SimSecondary): boolean {
      return secondaries.some((one) => one !== place && [...users.filesOf(one).all().values()].includes(id));
    }

    /** Whether people have done something else with one of its names since. */
    function hasFollower({ from, to, id, removal }: Move): boolean {
      const { removals, edits } = users.versions;
      const names = [from, to];
      const isRemoved = removals.some((one) => one !== removal && names.includes(one.name));
      return isRemoved || names.some((name) => edits.idsOf(name).some((one) => one !== id));
    }
  },
};
