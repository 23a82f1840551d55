import type { UserEdit } from "../../../support/cluster/user-edits.ts";
import type { Removal } from "../../cluster/people/version-history.ts";
import type { Invariant } from "../invariant.ts";

/** A removal, and the versions that it took away: the one that the central had, and all before it. */
interface Watched {
  readonly removal: Removal;
  readonly covered: ReadonlySet<UserEdit>;
  /** Whether some database was lost after it: what a removal takes away is not known any more. */
  forgotten: boolean;
}

/**
 * What was removed from the cluster, or moved to another name, does not come back, unless somebody has put it there again, or
 * it is a version that whoever removed the file never saw, or a file that could not be moved somewhere, and keeps its name.
 */
export const removedStaysRemoved: Invariant = {
  name: "removed stays removed",
  watch(cluster, broken) {
    const { users, moves, secondaries } = cluster;
    const watched: Watched[] = [];
    let losses = 0;
    return {
      afterEvent: () => {
        const { removals, edits } = users.versions;
        for (let removal = removals[watched.length]; removal; removal = removals[watched.length]) {
          const made = edits.of(removal.name, removal.id);
          // Of the same content that two people put there the central may have seen one edit, and removes only that.
          const covered = edits.withHistory(made.length === 1 ? made : []);
          watched.push({ removal, covered, forgotten: false });
        }
        if (cluster.databasesLost === losses) return;
        losses = cluster.databasesLost;
        for (const one of watched) one.forgotten = true;
      },
      atEnd: () => {
        for (const { removal, covered, forgotten } of watched) {
          const { name, doneAt } = removal;
          if (doneAt === null || forgotten || keepsName(removal)) continue;
          for (const secondary of secondaries) {
            const id = users.filesOf(secondary).idOf(name);
            const edits = id === null ? [] : users.versions.edits.of(name, id);
            if (edits.length === 0 || edits.some((edit) => !covered.has(edit) || !users.versions.edits.isExcused(edit)))
              continue;
            broken(
              `${id?.slice(0, 8)} of ${name}, removed at ${Math.round(doneAt)} ms, is at secondary ${secondary.number}`,
            );
          }
        }
      },
    };

    function keepsName(removal: Removal): boolean {
      if (!moves.all.some((move) => move.removal === removal)) return false;
      return secondaries.some(({ unmoved }) => (unmoved.get(removal.name) ?? Number.NEGATIVE_INFINITY) >= removal.at);
    }
  },
};
