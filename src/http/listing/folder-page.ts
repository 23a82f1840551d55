/** A page of what is in a folder, in the order of the names. */
export interface FolderPage<T> {
  readonly entries: readonly ListingEntry<T>[];
  /** Where the next page begins; null: this one is the last. */
  readonly next: string | null;
}

/** `name`: its own, without the folders above it. */
export type ListingEntry<T> =
  | { readonly kind: "folder"; readonly name: string }
  | { readonly kind: "file"; readonly name: string; readonly file: T };

/** A character of names that comes right after the slash: what begins with it comes after all that is in a folder. */
const AFTER_SLASH = String.fromCharCode("/".charCodeAt(0) + 1);
/** No name has it: what a name with it at its end comes before are all the names after that one. */
const BEFORE_ALL = "\0";

/**
 * What is right in a folder: its files, and the folders in it once each, from `start` on, `limit` of them. `from` gives
 * the files from a name on, in the order of their names, in which the files of a folder are together. `folder`: its path
 * with a slash at the end, or "" for the shared folder itself; `start`: what the page before said, or "" for the first
 * page. The time depends on the length of the page, not on how much is in the folders below.
 */
export function folderPage<T extends { readonly name: string }>(
  from: (name: string) => Iterable<T>,
  folder: string,
  start: string,
  limit: number,
): FolderPage<T> {
  const entries: ListingEntry<T>[] = [];
  let at = start;
  for (;;) {
    const found = firstIn(from, folder, at);
    if (found === null) return { entries, next: null };
    if (entries.length === limit) return { entries, next: at };
    entries.push(found);
    at = found.kind === "folder" ? `${found.name}${AFTER_SLASH}` : `${found.name}${BEFORE_ALL}`;
  }
}

function firstIn<T extends { readonly name: string }>(
  from: (name: string) => Iterable<T>,
  folder: string,
  start: string,
): ListingEntry<T> | null {
  for (const file of from(`${folder}${start}`)) {
    if (!file.name.startsWith(folder)) return null;
    const rest = file.name.slice(folder.length);
    const slash = rest.indexOf("/");
    return slash < 0 ? { kind: "file", name: rest, file } : { kind: "folder", name: rest.slice(0, slash) };
  }
  return null;
}
