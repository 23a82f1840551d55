import fs from "node:fs";
import type { Anchor } from "../../src/platform/disk/reach/anchor.ts";

/** What has a path now, a real one, as the folder that is meant. */
export function anchorAt(path: string): Anchor {
  const { dev, ino } = fs.statSync(path, { bigint: true });
  return { path, device: dev, inode: ino };
}
