import type { FolderPage, ListingEntry } from "../../http/listing/folder-page.ts";
import type { FileIndex } from "../file-index.ts";
import type { IndexedFile } from "../index/file-record.ts";

/** By what an entry is put in order: the path, with a slash behind that of a folder. */
type Candidate = readonly [key: string, entry: ListingEntry<IndexedFile>];

/**
 * What is right in a folder of the index, in the order of the names from `start` on, `limit` of them. `folder`: its path
 * with a slash at the end, or "" for the shared folder itself; `start`: what the page before said, or "" for the first
 * page. The index has no order: the time depends on how much is in the folder.
 */
export function folderListing(
  index: Pick<FileIndex, "filesIn" | "foldersIn">,
  folder: string,
  start: string,
  limit: number,
): FolderPage<IndexedFile> {
  const found = smallest(candidates(index, folder, start), limit + 1);
  return { entries: found.slice(0, limit).map(([, entry]) => entry), next: found[limit]?.[0] ?? null };
}

function* candidates(
  index: Pick<FileIndex, "filesIn" | "foldersIn">,
  folder: string,
  start: string,
): Generator<Candidate> {
  const path = folder.slice(0, -1);
  for (const file of index.filesIn(path)) {
    const name = file.name.slice(folder.length);
    if (name >= start) yield [name, { kind: "file", name, file }];
  }
  for (const other of index.foldersIn(path)) {
    const name = other.slice(folder.length);
    if (`${name}/` >= start) yield [`${name}/`, { kind: "folder", name }];
  }
}

/** The first `count` in the order of their keys, found without sorting all. */
function smallest(all: Iterable<Candidate>, count: number): Candidate[] {
  const kept: Candidate[] = [];
  let bound: string | null = null;
  for (const candidate of all) {
    if (bound !== null && candidate[0] > bound) continue;
    kept.push(candidate);
    if (kept.length < 2 * count) continue;
    sort(kept).length = count;
    bound = kept[count - 1]?.[0] ?? null;
  }
  return sort(kept).slice(0, count);
}

function sort(candidates: Candidate[]): Candidate[] {
  return candidates.sort(([left], [right]) => (left < right ? -1 : 1));
}
