import { statSync } from "node:fs";
import { dirname } from "node:path";

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
