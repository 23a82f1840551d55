import type { Bounds } from "./disk.ts";

/** The path of a name, which is relative to `root` and has `/` between its folders. "" is the root itself. */
export function pathOf(root: string, name: string): string {
  return name === "" ? root : `${root}/${name}`;
}

/** The folder part of a name or a path; "" at the top. */
export function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** Whether a real path lies within bounds. */
export function isWithin(path: string, { folder, except }: Bounds): boolean {
  return path.startsWith(`${folder}/`) && (except === null || !path.includes(`/${except}/`, folder.length));
}
