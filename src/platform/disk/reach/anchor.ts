/**
 * A folder that is known by itself: its path may lead to another one by now, to an empty mount point or to another disk
 * where its own was taken away. While something of its file system is open, no other one gets its device number.
 */
export interface Anchor {
  /** A real path. */
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
}

/** Where something may be done: in a folder that is reached through no link, and about which this is true. */
export interface Spot {
  /** It is this folder, or lies in it at any depth; null: it may be anywhere. */
  readonly anchor: Anchor | null;
  /** It is on this file system; null: on any. */
  readonly device: bigint | null;
}

export function isSpot(reach: string | object): reach is Spot {
  return typeof reach === "object" && "anchor" in reach;
}

/** Anywhere in a folder, on its own disk as on those that are mounted within it. */
export function beneath(anchor: Anchor): Spot {
  return { anchor, device: null };
}

/** How one comes from a folder to the anchor, by its parents alone: `.` or `../..` say. Null where its path leads past it. */
export function wayUp(folder: string, { path }: Anchor): string | null {
  if (folder === path) return ".";
  if (!folder.startsWith(`${path}/`)) return null;
  return folder
    .slice(path.length + 1)
    .split("/")
    .map(() => "..")
    .join("/");
}
