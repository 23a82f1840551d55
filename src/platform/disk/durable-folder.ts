import { dirname } from "node:path";
import { type Disk, DiskError } from "./disk.ts";

/**
 * Makes a folder and those above it, and has them survive a power loss: to sync a folder makes the names in it durable, and
 * not its own. Gives the topmost one that it made, or null when all were there. Throws DiskError.
 */
export async function makeDurableFolder(disk: Disk, path: string): Promise<string | null> {
  const topmost = await disk.makeFolder(path);
  if (topmost === null) return null;
  for (let folder = path; ; folder = dirname(folder)) {
    await syncNames(disk, dirname(folder));
    if (folder.length <= topmost.length) return topmost;
  }
}

/** A folder in which one may make others, and not read them, cannot be synced: then its names are lost at worst. */
async function syncNames(disk: Disk, folder: string): Promise<void> {
  try {
    await disk.syncFolder(folder);
  } catch (error) {
    if (!(error instanceof DiskError) || error.failure !== "denied") throw error;
  }
}
