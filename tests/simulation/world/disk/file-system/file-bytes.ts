import { fail } from "../errors.ts";
import { PAGE_BYTES } from "./content.ts";
import type { SimFileSystem } from "./file-system.ts";
import type { Entry, Inode, SimFile } from "./inodes.ts";

/** Bytes of the longest file, as ext4 has it. */
const MAX_FILE_BYTES = 2 ** 44;

/** What is done with the bytes of a file. `entry` in each: the name by which it was opened; null where it had none. */

/** Writes as much as there is room for, and throws ENOSPC where that is not all. `constant`: nobody ever changes the bytes. */
export function write(
  fs: SimFileSystem,
  file: SimFile,
  entry: Entry | null,
  position: number,
  bytes: Uint8Array,
  constant = false,
): void {
  fs.checkWritable();
  if (bytes.length === 0) return;
  if (position + bytes.length > MAX_FILE_BYTES) fail("EINVAL");
  const { content } = file;
  const fitting = content.missing(position, bytes.length) <= fs.freePages ? bytes.length : fit(fs, file, position);
  if (fitting === 0) fail("ENOSPC");
  tellOverwritten(fs, file, entry, position, fitting);
  const held = content.held;
  const pages = content.write(position, fitting === bytes.length ? bytes : bytes.subarray(0, fitting), constant);
  fs.used += content.held - held;
  if (content.held > held) fs.events.grown();
  written(fs, file, entry);
  file.unsynced.add({
    kind: "write",
    at: fs.sim.now,
    times: timesOf(file),
    first: Math.floor(position / PAGE_BYTES),
    pages,
    size: content.size,
  });
  if (fitting < bytes.length) fail("ENOSPC");
}

/** What it is longer by is a hole. */
export function resize(fs: SimFileSystem, file: SimFile, entry: Entry | null, size: number): void {
  fs.checkWritable();
  if (size < 0 || size > MAX_FILE_BYTES) fail("EINVAL");
  const { content } = file;
  if (size < content.size) tellOverwritten(fs, file, entry, size, content.size - size);
  const held = content.held;
  content.resize(size);
  fs.used += content.held - held;
  written(fs, file, entry);
  file.unsynced.add({ kind: "resize", at: fs.sim.now, times: timesOf(file), size });
}

/** Makes bytes read as zeros and gives their room back; says whether the file system can. */
export function punch(
  fs: SimFileSystem,
  file: SimFile,
  entry: Entry | null,
  position: number,
  length: number,
): boolean {
  if (!fs.features.holes || length <= 0 || fs.readOnly) return false;
  const { content } = file;
  tellOverwritten(fs, file, entry, position, length);
  const held = content.held;
  content.punch(position, length);
  fs.used += content.held - held;
  written(fs, file, entry);
  file.unsynced.add({ kind: "punch", at: fs.sim.now, times: timesOf(file), position, length });
  return true;
}

/** Takes room for bytes within the file's size, where there is as much. */
export function reserve(fs: SimFileSystem, file: SimFile, position: number, length: number): void {
  const { content } = file;
  const inside = Math.min(length, content.size - position);
  if (fs.readOnly || inside <= 0 || content.missing(position, inside) > fs.freePages) return;
  const held = content.held;
  content.reserve(position, inside);
  fs.used += content.held - held;
  file.mtimeNs = fs.nowNs;
  file.ctimeNs = file.mtimeNs;
  fs.unsyncedFiles.add(file);
  file.unsynced.add({ kind: "reserve", at: fs.sim.now, times: timesOf(file), position, length: inside });
}

/** Makes a file share all that another holds. */
export function clone(fs: SimFileSystem, from: SimFile, to: SimFile, entry: Entry | null): void {
  const held = to.content.held;
  to.content = from.content.snapshot();
  fs.used += to.content.held - held;
  written(fs, to, entry);
  // It goes through the journal as a whole.
  to.unsynced.add({ kind: "clone", at: fs.sim.now, times: timesOf(to), content: to.content.snapshot() });
}

export function setModified(fs: SimFileSystem, inode: Inode, entry: Entry | null, mtimeNs: bigint): void {
  inode.mtimeNs = mtimeNs - (mtimeNs % fs.storedTimeNs);
  inode.ctimeNs = fs.nowNs;
  if (entry?.folder && !entry.gone) fs.events.changed(entry.folder, entry.name);
  if (inode.kind !== "file") return;
  fs.unsyncedFiles.add(inode);
  inode.unsynced.add({ kind: "touch", at: fs.sim.now, times: timesOf(inode) });
}

/** Brings a file's bytes to the disk. Its name is another matter. */
export function sync(fs: SimFileSystem, file: SimFile): void {
  file.unsynced.synced(file.content);
  fs.unsyncedFiles.delete(file);
}

/** Brings everything to the disk. */
export function syncAll(fs: SimFileSystem): void {
  for (const file of fs.unsyncedFiles) file.unsynced.synced(file.content);
  fs.unsyncedFiles.clear();
  fs.names.syncAll();
}

function timesOf({ mtimeNs, ctimeNs }: SimFile) {
  return { mtimeNs, ctimeNs };
}

/** Bytes from a position on for which there is room. */
function fit(fs: SimFileSystem, { content }: SimFile, position: number): number {
  let end = position;
  for (let free = fs.freePages; ; end = (Math.floor(end / PAGE_BYTES) + 1) * PAGE_BYTES) {
    free -= content.page(Math.floor(end / PAGE_BYTES)) === undefined ? 1 : 0;
    if (free < 0) return end - position;
  }
}

function written(fs: SimFileSystem, file: SimFile, entry: Entry | null): void {
  file.mtimeNs = fs.nowNs;
  file.ctimeNs = file.mtimeNs;
  fs.unsyncedFiles.add(file);
  if (entry?.folder && !entry.gone) fs.events.changed(entry.folder, entry.name);
}

function tellOverwritten(
  fs: SimFileSystem,
  file: SimFile,
  entry: Entry | null,
  position: number,
  length: number,
): void {
  const { content } = file;
  const end = Math.min(content.size, position + length);
  if (position < end && content.next("data", position) < end)
    fs.events.contentLost(file, content, entry, "overwritten");
}
