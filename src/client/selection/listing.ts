import type { ListedFile } from "../../protocol/messages/client.ts";
import { say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";

export const SORT_KEYS = ["name", "size", "date"] as const;

/** `size`: the largest first; `date`: what was changed last first. */
export type SortKey = (typeof SORT_KEYS)[number];

/** How files are listed. */
export interface ListingOptions {
  readonly sort: SortKey;
  readonly reverse: boolean;
  /** Most files that are listed; null: all. */
  readonly limit: number | null;
}

/** How files are to be listed, as the flags `sort`, `reverse` and `limit` say it. Throws an Error that says what a flag takes. */
export function typedListing(flags: ReadonlyMap<string, string>): ListingOptions {
  const [word = "name", limit] = [flags.get("sort"), flags.get("limit")];
  const sort = SORT_KEYS.find((key) => key === word);
  if (sort === undefined) throw new SentenceError(say("--sort {word}: it takes name, size or date", { word }));
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit))
    throw new SentenceError(say("--limit {limit}: it takes a whole number from 1 on", { limit }));
  return { sort, reverse: flags.has("reverse"), limit: limit === undefined ? null : Number(limit) };
}

/** A row of files by their folders. */
export interface TreeRow {
  /** With what leads there from the row above. */
  readonly label: string;
  /** Null for a folder. */
  readonly file: ListedFile | null;
  /** What is in a folder, at any depth; of a file its own size. */
  readonly bytes: number;
}

/** The files in the order that is wanted, no more than are wanted. Equal ones stay in the order of their names. */
export function arrange(files: readonly ListedFile[], { sort, reverse, limit }: ListingOptions): ListedFile[] {
  const sorted = [...files];
  if (sort === "size") sorted.sort((left, right) => right.size - left.size);
  if (sort === "date") sorted.sort((left, right) => right.modified - left.modified);
  if (reverse) sorted.reverse();
  return limit === null ? sorted : sorted.slice(0, limit);
}

interface FolderNode {
  readonly folders: Map<string, FolderNode>;
  readonly files: ListedFile[];
}

/** Files by their folders: in each its folders first, and both in the order in which the files come. */
export function treeRows(files: readonly ListedFile[]): TreeRow[] {
  const root: FolderNode = { folders: new Map(), files: [] };
  for (const file of files) {
    let folder = root;
    for (const segment of file.name.split("/").slice(0, -1)) {
      const next = folder.folders.get(segment) ?? { folders: new Map(), files: [] };
      folder.folders.set(segment, next);
      folder = next;
    }
    folder.files.push(file);
  }
  return rowsIn(root, "", true);
}

function rowsIn({ folders, files }: FolderNode, indent: string, isRoot = false): TreeRow[] {
  const entries = folders.size + files.length;
  const lead = (index: number) => {
    if (isRoot) return { own: "", below: "" };
    const isLast = index === entries - 1;
    return { own: `${indent}${isLast ? "└── " : "├── "}`, below: `${indent}${isLast ? "    " : "│   "}` };
  };
  const below = [...folders].flatMap(([name, folder], index) => {
    const { own, below } = lead(index);
    const rows = rowsIn(folder, below);
    return [{ label: `${own}${name}/`, file: null, bytes: bytesIn(folder) }, ...rows];
  });
  const own = files.map((file, index) => {
    const label = `${lead(folders.size + index).own}${file.name.slice(file.name.lastIndexOf("/") + 1)}`;
    return { label, file, bytes: file.size };
  });
  return [...below, ...own];
}

function bytesIn({ folders, files }: FolderNode): number {
  const here = files.reduce((sum, { size }) => sum + size, 0);
  return [...folders.values()].reduce((sum, folder) => sum + bytesIn(folder), here);
}
