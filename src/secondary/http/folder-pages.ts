import type { FolderReply } from "../../http/secondary/backend.ts";
import type { Told } from "../../sentences/sentence.ts";
import type { FileIndex } from "../file-index.ts";
import { modifiedOf } from "../folder/fingerprint.ts";
import { folderListing } from "./folder-listing.ts";

/** Files and folders in a page: some milliseconds' work. */
const PAGE_ENTRIES = 1000;

export interface FolderPagesDeps {
  readonly index: Pick<FileIndex, "filesIn" | "foldersIn">;
  /** See {@link FileLeases}. */
  obstacle(): Told | null;
  whyIncomplete(name: string): Told | null;
}

/** What is in the folders, for those who look at them over HTTP. */
export class FolderPages {
  constructor(private readonly deps: FolderPagesDeps) {}

  read(folder: string, start: string): FolderReply {
    const { index, obstacle, whyIncomplete } = this.deps;
    const reason = obstacle() ?? whyIncomplete(folder);
    if (reason !== null) return { kind: "unavailable", reason };
    const { entries, next } = folderListing(index, folder, start, PAGE_ENTRIES);
    if (entries.length === 0 && start === "" && folder !== "") return { kind: "missing" };
    const listed = entries.map((entry) => {
      if (entry.kind === "folder") return entry;
      const { id, size, sha256 } = entry.file;
      return { ...entry, file: { id, size, modified: modifiedOf(entry.file), sha256, sources: null } };
    });
    return { kind: "page", page: { entries: listed, next } };
  }
}
