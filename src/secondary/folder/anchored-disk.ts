import { type Disk, DiskError, type OpenMode, type Reach } from "../../platform/disk/disk.ts";
import { isSpot, type Spot } from "../../platform/disk/reach/anchor.ts";
import { say } from "../../sentences/sentence.ts";
import type { FolderGuard } from "./folder-guard.ts";

/** Those that make or change a file. */
const CHANGING: ReadonlySet<OpenMode> = new Set(["change", "update", "create"]);

type Changes = Pick<
  Disk,
  | "makeFolder"
  | "makeSubfolder"
  | "remove"
  | "removeIf"
  | "removeFolder"
  | "rename"
  | "renameIf"
  | "renameNoReplace"
  | "link"
  | "linkFd"
  | "open"
>;

/**
 * The disk for all that works in the shared folder: beneath it, names are made, changed and removed in that very folder
 * alone. Between a look at whether its disk is there and what is done then, another disk, or the empty mount point, may
 * come into its place: there `away` is thrown, and nothing is done. Outside of the folder it is the disk as it is.
 */
export function anchoredDisk(disk: Disk, guard: Pick<FolderGuard, "root" | "reach">): Disk {
  const isBeneath = (path: string) => path.startsWith(`${guard.root}/`);
  const reachTo = (path: string, reach: Reach = "any"): Reach =>
    isBeneath(path) ? narrowed(guard.reach(), reach) : reach;
  const changes: Changes = {
    async makeFolder(path) {
      if (!isBeneath(path)) return disk.makeFolder(path);
      if ((await disk.stat(path))?.kind === "folder") return null;
      // With what is above it, it would be made in an empty mount point too.
      throw new DiskError("missing", path, say("the folder {path} is not there", { path }));
    },
    makeSubfolder: async (path, reach) => disk.makeSubfolder(path, reachTo(path, reach)),
    remove: async (path, reach) => disk.remove(path, reachTo(path, reach)),
    removeIf: async (path, isRight, reach) => disk.removeIf(path, isRight, reachTo(path, reach)),
    removeFolder: async (path, reach) => disk.removeFolder(path, reachTo(path, reach)),
    rename: async (from, to, reach) => disk.rename(from, to, reachTo(to, reach)),
    renameIf: async (from, to, isRight, reach) => disk.renameIf(from, to, isRight, reachTo(to, reach)),
    renameNoReplace: async (from, to, reach) => disk.renameNoReplace(from, to, reachTo(to, reach)),
    link: async (from, to, reach) => disk.link(from, to, reachTo(to, reach)),
    linkFd: async (fd, to, reach) => disk.linkFd(fd, to, reachTo(to, reach)),
    open: async (path, mode, reach) => disk.open(path, mode, CHANGING.has(mode) ? reachTo(path, reach) : reach),
  };
  return { ...disk, ...changes };
}

/** What was asked for may say on which file system a folder within the shared one must be. */
function narrowed(spot: Spot, reach: Reach): Spot {
  return isSpot(reach) ? { ...spot, device: reach.device } : spot;
}
