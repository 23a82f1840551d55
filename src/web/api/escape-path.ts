/** A name as it is written in an address: escapes in everything but the slashes. */
export function escapePath(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

/**
 * Whether a path leads somewhere else than it says: browsers take dots between slashes away together with what is before them, and a
 * name may come from an address that somebody has sent. No file or folder has such a name.
 */
export function leadsElsewhere(path: string): boolean {
  return path.split("/").some((segment) => segment === "." || segment === "..");
}

/** Where the content of a file is: the central sends whoever asks there on to a secondary that holds it. */
export function contentAddress(name: string, suffix: ".torrent" | ".meta4" | "?download" | "" = ""): string {
  return `/files/${escapePath(name)}${suffix}`;
}
