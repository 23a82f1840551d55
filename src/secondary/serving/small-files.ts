import type { BatchDisk, WholeFile } from "../../platform/disk/batch-disk.ts";
import { SMALL_FILE_BYTES } from "../../protocol/fields.ts";
import type { FileIndex } from "../file-index.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import type { SmallFiles } from "./piece-store.ts";

/** Most bytes of small files that are read at once, and go out as one payload. */
const MAX_BATCH_BYTES = 1024 * 1024;

type SmallFilesIndex = Pick<FileIndex, "byId" | "placesOf">;

/** The index's small files, read whole, many with one message. */
export function smallFilesOf(
  index: SmallFilesIndex,
  batches: Pick<BatchDisk, "readFiles">,
  guard: Pick<FolderGuard, "isPresent" | "bounds">,
): SmallFiles {
  return {
    find(id) {
      if (!guard.isPresent) return null;
      const file = index.byId(id);
      if (!file || file.size > SMALL_FILE_BYTES) return null;
      for (const { path, fingerprint } of index.placesOf(id)) {
        return { path, size: fingerprint.size, mtimeNs: fingerprint.mtimeNs, inode: fingerprint.inode };
      }
      return null;
    },
    read: (files: readonly WholeFile[]) => batches.readFiles(files, guard.bounds),
  };
}

/** Where the batch that begins at `start` ends: as many files as fit into one payload, or into `most` bytes; one at least. */
export function batchEnd(files: readonly (WholeFile | null)[], start: number, most: number | null = null): number {
  let bytes = 0;
  const end = files.findIndex((file, index) => {
    bytes += index < start ? 0 : (file?.size ?? 0);
    return index > start && bytes > Math.min(MAX_BATCH_BYTES, most ?? MAX_BATCH_BYTES);
  });
  return end < 0 ? files.length : end;
}
