import { dirname } from "node:path";
import { type Disk, DiskError } from "../../../platform/disk/disk.ts";
import { makeDurableFolder } from "../../../platform/disk/durable-folder.ts";
import { say } from "../../../sentences/sentence.ts";
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
      madeFolder = await makeFolderOf(deps.disk, files);
      return { lock: await lockWorkFiles(deps, files, timeoutMs), madeFolder };
    } catch (error) {
      await removeMadeFolders(deps.disk, files, madeFolder);
      const isGone = error instanceof DiskError && error.failure === "missing";
      if (!isGone || loss === MAX_LOSSES) throw error;
    }
  }
}

/** Gives the topmost folder that it made, or null when all were there. Throws DiskError. */
async function makeFolderOf(disk: Disk, { path, reach, base }: WorkFiles): Promise<string | null> {
  if (base === null) return makeDurableFolder(disk, dirname(path));
  const topmost = await makeDurableFolder(disk, base);
  const makeBeneath = async (folder: string): Promise<string | null> => {
    const there = await disk.stat(folder);
    if (there?.kind === "folder" || folder === dirname(folder)) return null;
    if (there) throw new DiskError("exists", folder, say("{path}: a file is in its place", { path: folder }));
    const above = await makeBeneath(dirname(folder));
    await disk.makeSubfolder(folder, reach);
    return above ?? folder;
  };
  const below = await makeDurableFolder(disk, dirname(path), makeBeneath);
  return topmost ?? below;
}

/**
 * Removes the folders that were made for a download, from the one of its file up to `topmost`, while they are empty; none
 * where that is null. Throws DiskError.
 */
export async function removeMadeFolders(
  disk: Pick<Disk, "removeFolder">,
  { path, reach, base }: WorkFiles,
  topmost: string | null,
): Promise<void> {
  if (topmost === null) return;
  for (let folder = dirname(path); folder.length >= topmost.length; folder = dirname(folder)) {
    const isBeneath = base === null || folder.length > base.length;
    if (!(await disk.removeFolder(folder, isBeneath ? reach : "any"))) return;
  }
}
