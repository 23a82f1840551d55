/** The path of a name, which is relative to `root` and has `/` between its folders. "" is the root itself. */
export function pathOf(root: string, name: string): string {
  return name === "" ? root : `${root}/${name}`;
}

/** The folder part of a name or a path; "" at the top. */
export function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}
