import type { Inode } from "../world/disk/file-system/inodes.ts";
import type { MachineDisk } from "../world/disk/machine/machine-disk.ts";

/**
 * The files of a machine that people have made or written to, or programs that are not the cluster's: known by themselves.
 * By its name one would be lost as soon as the program gives it another one.
 */
export class PeoplesFiles {
  private readonly files = new WeakSet<Inode>();

  constructor(disk: Pick<MachineDisk, "observe">) {
    disk.observe({
      made: ({ inode }, actor) => {
        // One more name changes nothing of a file.
        if (actor.kind === "user" && inode.links === 1) this.files.add(inode);
      },
      changed: ({ inode }, actor) => {
        if (actor.kind === "user") this.files.add(inode);
      },
    });
  }

  has(file: Inode): boolean {
    return this.files.has(file);
  }
}
