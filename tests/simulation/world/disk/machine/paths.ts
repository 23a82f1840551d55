import type { ErrorCode } from "../errors.ts";
import type { Entry, SimFolder } from "../file-system/inodes.ts";

/** Links that are followed on the way of one path. */
const MAX_LINKS = 40;
/** Bytes of the longest name, and characters of one that surely has no more. */
const [MAX_NAME_BYTES, SURELY_SHORT] = [255, 85];

/** Where a path leads: into a folder that is there, to a name in it, and to what has that name; null where nothing has. */
export interface Place {
  readonly folder: SimFolder;
  readonly name: string;
  readonly entry: Entry | null;
  /** Whether the name is longer than one can be. */
  readonly tooLong: boolean;
}

/** The root of the file system that is mounted on a folder, or the folder itself. */
export function topmost(folder: SimFolder): SimFolder {
  let top = folder;
  while (top.cover) top = top.cover;
  return top;
}

/**
 * Follows an absolute path from the root of a machine. `followLast`: a link at its end is followed too. An error code
 * where no such name could be.
 */
export function find(root: SimFolder, path: string, followLast: boolean): Place | ErrorCode {
  let parts = path.split("/");
  // What the part before stands for: no object for each, since nothing is done more often.
  let folder = topmost(root);
  let name = "";
  let { entry } = folder;
  let tooLong = false;
  for (let index = 0, links = 0; index < parts.length; index++) {
    const part = parts[index];
    if (part === undefined || part === "" || part === ".") continue;
    if (tooLong) return "ENAMETOOLONG";
    if (entry === null) return "ENOENT";
    if (entry.inode.kind !== "folder") return "ENOTDIR";
    const inside = entry.inode;
    const isUp = part === "..";
    folder = isUp ? above(inside) : inside;
    name = isUp ? "" : part;
    entry = isUp ? folder.entry : entryOf(folder, part);
    tooLong = !isUp && isTooLong(part);
    const inode = entry?.inode;
    if (inode?.kind !== "link" || (!followLast && isLast(parts, index))) continue;
    links += 1;
    if (links > MAX_LINKS) return "ELOOP";
    parts = [...inode.target.split("/"), ...parts.slice(index + 1)];
    folder = inode.target.startsWith("/") ? topmost(root) : inside;
    name = "";
    entry = folder.entry;
    tooLong = false;
    index = -1;
  }
  return { folder, name, entry, tooLong };
}

function isTooLong(name: string): boolean {
  return name.length > SURELY_SHORT && Buffer.byteLength(name) > MAX_NAME_BYTES;
}

/** What has a name in a folder: where something is mounted on it, the root of that. */
function entryOf(folder: SimFolder, name: string): Entry | null {
  const entry = folder.entries.get(name) ?? null;
  const cover = entry?.inode.kind === "folder" ? entry.inode.cover : null;
  return cover ? topmost(cover).entry : entry;
}

function above(folder: SimFolder): SimFolder {
  let at = folder;
  while (at.entry?.folder === null && at.volume.mountedOn) at = at.volume.mountedOn;
  return at.entry?.folder ?? at;
}

function isLast(parts: readonly string[], index: number): boolean {
  for (let after = index + 1; after < parts.length; after++) if (parts[after] !== "") return false;
  return true;
}
