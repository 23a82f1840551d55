import type { FolderAnswer, ListedFileAnswer } from "../../../../http/api/central-answers.ts";

/** A row of the list: a folder right in the one that is shown, or a file. */
export type ListEntry = FolderAnswer["entries"][number];
export type ListedFolder = Extract<ListEntry, { kind: "folder" }>;
export type FileEntry = ListedFileAnswer & { readonly kind: "file" };

/** A part of the list, and how many rows it has in all. */
export interface EntriesPage {
  readonly entries: readonly ListEntry[];
  readonly total: number;
}
