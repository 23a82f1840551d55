import { MARKER, STAGING_FOLDER } from "../../../../src/secondary/folder/marker.ts";
import { SHARED_FOLDER, type SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import { fileSystemOf } from "../../world/disk/file-system/file-system.ts";
import { type Entry, pathOf } from "../../world/disk/file-system/inodes.ts";
import type { Actor } from "../../world/disk/machine/actor.ts";
import type { Invariant } from "../invariant.ts";

/** Whether the disk of a shared folder says whose it is. */
function isMarked({ disk }: SimSecondary): boolean {
  const staging = disk.root.entries.get(STAGING_FOLDER)?.inode;
  return staging?.kind === "folder" && staging.entries.has(MARKER);
}

/**
 * Nothing is made in the place of a shared folder while the disk of the folder is not there, neither in the empty mount
 * point nor on another disk: no file, no folder and no name.
 */
export const rightDisk: Invariant = {
  name: "nothing is written to another disk",
  watch({ secondaries }, broken) {
    for (const secondary of secondaries) {
      const check = (entry: Entry, actor: Actor, what: string) => {
        if (actor.kind !== "process" || fileSystemOf(entry.inode) === secondary.disk) return;
        const path = pathOf(entry);
        if (!path.startsWith(`${SHARED_FOLDER}/`)) return;
        // A secondary that knows nothing of a folder any more takes the one that it finds.
        if (secondary.databasesLost > 0 || !isMarked(secondary)) return;
        broken(`secondary ${secondary.number} ${what} ${path} on a disk that is not the one of its shared folder`);
      };
      secondary.machine.disk.observe({
        made: (entry, actor) => check(entry, actor, "makes"),
        placed: (entry, _from, actor) => check(entry, actor, "puts"),
        taken: (entry, actor) => check(entry, actor, "removes"),
      });
    }
    return {};
  },
};
