/** Below this path a server has the files that it shares, under their names. */
export const FILES_PATH = "/files/";

/** A name or a part of one, as it is written in a URL: escapes in everything but the slashes. */
export function escapePath(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

/** What is behind the last slash of a name. */
export function baseName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The path of a file, with its escapes. */
export function filePath(name: string): string {
  return `${FILES_PATH}${escapePath(name)}`;
}
