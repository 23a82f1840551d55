import type { SeededRandom } from "../../random.ts";
import type { SimFileSystem } from "./file-system.ts";
import { Entry, type Inode, type SimFile, type SimFolder } from "./inodes.ts";

/**
 * A file system as it is found after its machine lost its power, or it was pulled out: what was synced, and by chance some
 * of the rest. What was open is lost.
 */
export function losePower(fs: SimFileSystem, random: SeededRandom): void {
  fs.powerLosses += 1;
  const before = namedFiles(fs.root);
  const contents = new Map([...before].map(([file]) => [file, file.content]));
  const { now } = fs.sim;
  fs.names.powerLoss(random, now);
  const found = new Set<Inode>();
  restore(fs.root, found);
  for (const inode of found) {
    if (inode.kind !== "file" || !inode.unsynced.any) continue;
    const { content, times } = inode.unsynced.powerLoss(random, now);
    inode.content = content;
    inode.mtimeNs = times.mtimeNs;
    inode.ctimeNs = times.ctimeNs;
  }
  fs.unsyncedFiles.clear();
  fs.recount(found);
  for (const [file, entry] of before) {
    const content = contents.get(file);
    if (content && (!found.has(file) || file.content !== content)) fs.events.contentLost(file, content, entry, "power");
  }
}

/** Each file once, by one of its names. */
function namedFiles(folder: SimFolder, files = new Map<SimFile, Entry>()): Map<SimFile, Entry> {
  for (const entry of folder.entries.values()) {
    if (entry.inode.kind === "folder") namedFiles(entry.inode, files);
    else if (entry.inode.kind === "file") files.set(entry.inode, entry);
  }
  return files;
}

/** Makes the names in a folder those that are on the disk. */
function restore(folder: SimFolder, found: Set<Inode>): void {
  found.add(folder);
  for (const entry of folder.entries.values()) entry.gone = true;
  folder.entries.clear();
  for (const [name, inode] of folder.durable) {
    const entry = new Entry(name, folder, inode);
    folder.entries.set(name, entry);
    if (!found.has(inode)) {
      inode.links = 0;
      inode.opened = 0;
      inode.lockedBy = null;
      inode.byteLockedBy = null;
    }
    inode.links += 1;
    found.add(inode);
    if (inode.kind === "folder") {
      inode.entry = entry;
      inode.cover = null;
      restore(inode, found);
    } else if (inode.kind === "file") inode.writers = 0;
  }
}
