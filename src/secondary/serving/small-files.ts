import type { BatchDisk, WholeFile } from "../../platform/disk/batch-disk.ts";
import { SMALL_FILE_BYTES } from "../../protocol/fields.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import type { Library } from "../index/index.ts";
import type { SmallFiles } from "./piece-store.ts";

/** The library's small files, read whole, many with one message. */
export function smallFilesOf(library: Library, batches: BatchDisk, guard: Pick<FolderGuard, "there">): SmallFiles {
  return {
    small(id) {
      if (!guard.there) return null;
      const file = library.byId(id);
      if (!file || file.size > SMALL_FILE_BYTES) return null;
      for (const { path, stamp } of library.whereIs(id)) {
        return { path, size: stamp.size, mtimeNs: stamp.mtimeNs, inode: stamp.inode };
      }
      return null;
    },
    read: (files: readonly WholeFile[]) => batches.readFiles(files),
  };
}
