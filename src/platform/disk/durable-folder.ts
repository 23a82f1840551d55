import { dirname } from "node:path";
import { type Disk, DiskError } from "./disk.ts";

/** Folders whose names this process has made durable, with the names of all above them; by its disk. */
const durableFolders = new WeakMap<Disk, Set<string>>();
/** So many are remembered: they are as many as the folders that a user downloads to. */
const MAX_REMEMBERED_FOLDERS = 10_000;

/**
 * Makes a folder and those above it, and has them survive a power loss: to sync a folder makes the names in it durable, and
 * not its own. Gives the topmost one that it made, or null when all were there. Throws DiskError.
 *
 * Of a folder that is there nobody knows whether its name is durable: the process that made it may have been killed before
 * it could see to that. So each is synced once by each process.
 *
 * `make` makes the folders otherwise than {@link Disk.makeFolder} does, and gives the same.
 */
export async function makeDurableFolder(
  disk: Disk,
  path: string,
  make: (path: string) => Promise<string | null> = (folder) => disk.makeFolder(folder),
): Promise<string | null> {
  const topmost = await make(path);
  const durable = durableFolders.get(disk) ?? new Set();
  const synced: string[] = [];
  for (let folder = path; dirname(folder) !== folder; folder = dirname(folder)) {
    const isMade = topmost !== null && folder.length >= topmost.length;
    if (!isMade && durable.has(folder)) break;
    await syncNames(disk, dirname(folder), isMade);
    synced.push(folder);
  }
  if (durable.size > MAX_REMEMBERED_FOLDERS) durable.clear();
  for (const folder of synced) durable.add(folder);
  durableFolders.set(disk, durable);
  return topmost;
}

/**
 * A folder in which one may make others, and not read them, cannot be synced: then its names are lost at worst. What was
 * there before may be on any file system, and is no reason to fail.
 */
async function syncNames(disk: Disk, folder: string, isMade: boolean): Promise<void> {
  try {
    await disk.syncFolder(folder);
  } catch (error) {
    if (isMade && !(error instanceof DiskError && error.failure === "denied")) throw error;
  }
}
