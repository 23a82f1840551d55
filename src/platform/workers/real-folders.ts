import type { BlockingDisk } from "../disk/disk.ts";
import { parentOf, pathOf } from "../disk/names.ts";

/** Tells of the names of one batch whether their folder is reached through no link. */
export function realFolders(disk: Pick<BlockingDisk, "realpath">, root: string): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const folder = pathOf(root, parentOf(name));
    const isReal = known.get(folder) ?? disk.realpath(folder) === folder;
    known.set(folder, isReal);
    return isReal;
  };
}
