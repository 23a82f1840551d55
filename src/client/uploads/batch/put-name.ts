import { basename, resolve } from "node:path";

/**
 * The name in the cluster of what is at a path: its own, without the folders that it is in; or `as`; where that ends with a
 * slash, its own name in that folder.
 */
export function putName(path: string, as: string | null): string {
  if (as !== null && !as.endsWith("/")) return as;
  // Also of . and ..
  const own = basename(resolve(path));
  return as === null ? own : `${as.replace(/\/+$/, "")}/${own}`.replace(/^\//, "");
}

/** A name that two of these would have; null where there is none. */
export function nameOfTwo(files: readonly { readonly name: string }[]): string | null {
  const names = new Set<string>();
  for (const { name } of files) {
    if (names.has(name)) return name;
    names.add(name);
  }
  return null;
}
