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
  let folder = topmost(root);
  /** What the part before stands for. */
  let place = placeOf(folder);
  for (let index = 0, links = 0; index < parts.length; index++) {
    const part = parts[index];
    if (part === undefined || part === "" || part === ".") continue;
    if (place.tooLong) return "ENAMETOOLONG";
    if (place.entry === null) return "ENOENT";
    if (place.entry.inode.kind !== "folder") return "ENOTDIR";
    folder = place.entry.inode;
    place = part === ".." ? above(folder) : step(folder, part);
    const inode = place.entry?.inode;
    if (inode?.kind !== "link" || (!followLast && isLast(parts, index))) continue;
    links += 1;
    if (links > MAX_LINKS) return "ELOOP";
    parts = [...inode.target.split("/"), ...parts.slice(index + 1)];
    place = placeOf(inode.target.startsWith("/") ? topmost(root) : folder);
    index = -1;
  }
  return place;
}

function placeOf(folder: SimFolder): Place {
  return { folder, name: "", entry: folder.entry, tooLong: false };
}

function step(folder: SimFolder, name: string): Place {
  const tooLong = name.length > SURELY_SHORT && Buffer.byteLength(name) > MAX_NAME_BYTES;
  const entry = folder.entries.get(name) ?? null;
  const cover = entry?.inode.kind === "folder" ? entry.inode.cover : null;
  return { folder, name, entry: cover ? topmost(cover).entry : entry, tooLong };
}

function above(folder: SimFolder): Place {
  let at = folder;
  while (at.entry?.folder === null && at.volume.mountedOn) at = at.volume.mountedOn;
  return placeOf(at.entry?.folder ?? at);
}

function isLast(parts: readonly string[], index: number): boolean {
  for (let after = index + 1; after < parts.length; after++) if (parts[after] !== "") return false;
  return true;
}
