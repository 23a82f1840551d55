import { realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** What is at a path; "other" is no folder and no regular file. */
export function kindOf(path: string): "folder" | "file" | "other" | "nothing" {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return "folder";
    return stat.isFile() ? "file" : "other";
  } catch {
    // A path that cannot be read fails with its reason when it is used.
    return "nothing";
  }
}

/** What keeps `path` from being a folder: itself or one of those above it is something else. Null where nothing does. */
export function blockingFile(path: string): string | null {
  const kind = kindOf(path);
  if (kind === "folder") return null;
  if (kind !== "nothing") return path;
  const above = dirname(path);
  return above === path ? null : blockingFile(above);
}

/** Whether a path, of something that is there or would be made, leads into a folder, by whatever links. */
export function isWithin(path: string, folder: string): boolean {
  if (isBelow(resolve(path), resolve(folder))) return true;
  const top = realPath(folder);
  const there = realPath(path) ?? realPath(dirname(path));
  return top !== null && there !== null && isBelow(there, top);
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** A path without links; null for what is not there. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
