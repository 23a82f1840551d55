import { type Sentence, say } from "../../sentences/sentence.ts";

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

/** The last part of a name, without the characters that XML 1.0 may not have. */
export function xmlBaseName(name: string): string {
  return baseName(name).replace(/[\ufffe\uffff]/g, "_");
}

/** What is said of a name that nothing has; with a slash at its end it is that of a folder. */
export function noSuchName(name: string): Sentence {
  return name.endsWith("/") ? say("there is no folder {name}", { name }) : say("there is no file {name}", { name });
}

/** The path of a file, with its escapes. */
export function filePath(name: string): string {
  return `${FILES_PATH}${escapePath(name)}`;
}
