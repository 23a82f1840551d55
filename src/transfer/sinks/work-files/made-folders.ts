import { dirname } from "node:path";
import type { Disk } from "../../../platform/disk/disk.ts";
import type { WorkFiles } from "./work-files.ts";

/**
 * The folders that were made for a download, from the one of its file up to `topmost`; none where that is null. The last
 * one first.
 */
function* madeFolders({ path }: WorkFiles, topmost: string | null): Generator<string> {
  if (topmost === null) return;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    yield folder;
    if (folder.length <= topmost.length) return;
  }
}

/** Makes these folders survive a power loss: one that is lost takes the finished file with it. Throws DiskError. */
export async function syncMadeFolders(disk: Disk, files: WorkFiles, topmost: string | null): Promise<void> {
  for (const folder of madeFolders(files, topmost)) await disk.syncFolder(dirname(folder));
}

/** Removes these folders while they are empty. Throws DiskError. */
export async function removeMadeFolders(disk: Disk, files: WorkFiles, topmost: string | null): Promise<void> {
  for (const folder of madeFolders(files, topmost)) if (!(await disk.removeFolder(folder))) return;
}
