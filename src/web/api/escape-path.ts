/** A name as it is written in an address: escapes in everything but the slashes. */
export function escapePath(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

/** Where the content of a file is: the central sends whoever asks there on to a secondary that holds it. */
export function contentAddress(name: string, suffix: ".torrent" | ".meta4" | "?download" | "" = ""): string {
  return `/files/${escapePath(name)}${suffix}`;
}
