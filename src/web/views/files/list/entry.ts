import type { FolderAnswer, ListedFile } from "../../../../http/api/central-answers.ts";

/** A row of the list: a folder right in the one that is shown, or a file. */
export type Entry = FolderAnswer["entries"][number];
export type FolderEntry = Extract<Entry, { kind: "folder" }>;
export type FileEntry = ListedFile & { readonly kind: "file" };

/** A part of the list, and how many rows it has in all. */
export interface EntriesPage {
  readonly entries: readonly Entry[];
  readonly total: number;
}
