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
const FRAGMENT = /\.part-Frag\d+$/;
/** A file with one of these endings lies beside the file that is not finished, which has its right name already. */
const CONTROLS: readonly string[] = [".aria2", ".lftp-pget-status"];

/** Whether a name says that another program has not finished the file, or keeps notes in it. */
export function isPartialName(name: string): boolean {
  const base = name.slice(name.lastIndexOf("/") + 1);
  return (
    SUFFIXES.some((suffix) => base.endsWith(suffix) && base.length > suffix.length) ||
    PREFIXES.some((prefix) => base.startsWith(prefix)) ||
    FRAGMENT.test(base)
  );
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
