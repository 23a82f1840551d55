import { dirname } from "node:path";
import type { Disk } from "../../../platform/disk/disk.ts";
import type { WorkFiles } from "./work-files.ts";

/**
 * Removes the folders that were made for a download, from the one of its file up to `topmost`, while they are empty; none
 * where that is null. Throws DiskError.
 */
export async function removeMadeFolders(
  disk: Pick<Disk, "removeFolder">,
  { path }: WorkFiles,
  topmost: string | null,
): Promise<void> {
  if (topmost === null) return;
  for (let folder = dirname(path); folder.length >= topmost.length; folder = dirname(folder)) {
    if (!(await disk.removeFolder(folder))) return;
  }
}
