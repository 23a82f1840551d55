import type { ChosenFile } from "../../../store/uploads/browser-uploads.ts";

/** Files that are taken at once: each is a row, and is asked about. */
export const MAX_CHOSEN = 10_000;

/** What somebody has chosen or dropped. */
export interface Chosen {
  readonly files: readonly ChosenFile[];
  /** How many were left out: nobody shares hidden files. */
  readonly hidden: number;
  /** Whether there are more than are taken at once. */
  readonly isMore: boolean;
}

/** A file, and its path in the folder that was chosen; its own name where no folder was. */
export interface PickedFile {
  readonly file: File;
  readonly path: string;
}

/** `folder`: where they go; "" for the shared folder itself. */
export function chosenFiles(found: readonly PickedFile[], folder: string): Chosen {
  const shown = found.filter(({ path }) => !isHidden(path));
  const files = shown.slice(0, MAX_CHOSEN).map(({ file, path }) => ({
    file,
    // As redes and most systems write it: macOS takes letters and their accents apart.
    name: (folder === "" ? path : `${folder}/${path}`).normalize("NFC"),
  }));
  return { files, hidden: found.length - shown.length, isMore: shown.length > MAX_CHOSEN };
}

function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith("."));
}

/** What an input of the browser has. */
export function foundInInput(files: Iterable<File>): PickedFile[] {
  return Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name }));
}
