/** What other programs put at the end of the name of a file that they have not finished, or of what they note about one. */
const SUFFIXES: readonly string[] = [
  ".part",
  ".partial",
  ".crdownload",
  ".filepart",
  ".opdownload",
  ".ytdl",
  ".!qB",
  ".!ut",
  ".bc!",
  ".xltd",
  ".aria2",
  ".lftp-pget-status",
];
/** The same at its beginning. Those that begin with a dot, such as `.~lock`, are hidden anyway. */
const PREFIXES: readonly string[] = ["~$", "~syncthing~"];
/** All of these, and fragments of videos, in the last part of a name. One test: it is made of every name that is seen. */
const PARTIAL = new RegExp(`^(?:${alternatives(PREFIXES)})|.(?:${alternatives(SUFFIXES)})$|\\.part-Frag\\d+$`, "s");
/** A file with one of these endings lies beside the file that is not finished, which has its right name already. */
const CONTROLS: readonly string[] = [".aria2", ".lftp-pget-status"];

/** Whether a name says that another program has not finished the file, or keeps notes in it. */
export function isPartialName(name: string): boolean {
  return PARTIAL.test(name.slice(name.lastIndexOf("/") + 1));
}

/** A pattern of one of some texts. */
function alternatives(texts: readonly string[]): string {
  return texts.map((text) => text.replace(/[.!$]/g, "\\$&")).join("|");
}

/** The unfinished file that a control file is about; null when the name is not that of one. */
export function fileOfControl(name: string): string | null {
  const ending = CONTROLS.find((control) => name.endsWith(control) && name.length > control.length);
  return ending === undefined ? null : name.slice(0, -ending.length);
}

/** The names that control files of a file would have. */
export function controlFilesOf(name: string): string[] {
  return CONTROLS.map((control) => `${name}${control}`);
}
