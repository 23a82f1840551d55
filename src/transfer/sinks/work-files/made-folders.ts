import { dirname } from "node:path";
import { type Disk, DiskError } from "../../../platform/disk/disk.ts";
import { makeDurableFolder } from "../../../platform/disk/durable-folder.ts";
import type { WorkFiles } from "./work-files.ts";
import { lockWorkFiles, type WorkLock, type WorkLockDeps } from "./work-lock.ts";

/** Times that other downloads may remove the folder between its making and the opening of the work files. */
const MAX_LOSSES = 10;

/** Work files that are locked, and the topmost folder that was made for them; null when all were there. */
export interface LockedInFolder {
  readonly lock: WorkLock;
  readonly madeFolder: string | null;
}

/**
 * Makes the folder of a download's file, and locks the work files in it as {@link lockWorkFiles} does. A download that
 * fails removes the folder that it has made, also while this one waits for it: then it is made once more. Throws SinkError
 * or DiskError.
 */
export async function lockInFolder(deps: WorkLockDeps, files: WorkFiles, timeoutMs: number): Promise<LockedInFolder> {
  for (let loss = 1; ; loss++) {
    let madeFolder: string | null = null;
    try {
      madeFolder = await makeDurableFolder(deps.disk, dirname(files.path));
      return { lock: await lockWorkFiles(deps, files, timeoutMs), madeFolder };
    } catch (error) {
      await removeMadeFolders(deps.disk, files, madeFolder);
      const isGone = error instanceof DiskError && error.failure === "missing";
      if (!isGone || loss === MAX_LOSSES) throw error;
    }
  }
}

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
