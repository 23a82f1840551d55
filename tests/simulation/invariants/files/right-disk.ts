import { MARKER, STAGING_FOLDER } from "../../../../src/secondary/folder/marker.ts";
import { SHARED_FOLDER, type SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import { fileSystemOf } from "../../world/disk/file-system/file-system.ts";
import { pathOf } from "../../world/disk/file-system/inodes.ts";
import type { Invariant } from "../invariant.ts";

/** Whether the disk of a shared folder says whose it is. */
function isMarked({ disk }: SimSecondary): boolean {
  const staging = disk.root.entries.get(STAGING_FOLDER)?.inode;
  return staging?.kind === "folder" && staging.entries.has(MARKER);
}

/** Nothing is put into the place of a shared folder while the disk of the folder is not there. */
export const rightDisk: Invariant = {
  name: "nothing is written to another disk",
  watch({ secondaries }, broken) {
    for (const secondary of secondaries) {
      secondary.machine.disk.observe({
        placed(entry, _from, actor) {
          const path = pathOf(entry);
          if (actor.kind !== "process" || !path.startsWith(`${SHARED_FOLDER}/`)) return;
          // A secondary that knows nothing of a folder any more takes the one that it finds.
          if (fileSystemOf(entry.inode) === secondary.disk || secondary.databasesLost > 0) return;
          if (!isMarked(secondary)) return;
          broken(`secondary ${secondary.number} puts ${path} on a disk that is not the one of its shared folder`);
        },
      });
    }
    return {};
  },
};
