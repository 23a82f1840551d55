import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { pathOf } from "../../platform/disk/names.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import type { IndexStore } from "./file-record.ts";

export interface SyncedStoreDeps {
  readonly store: IndexStore;
  readonly batches: Pick<BatchDisk, "syncfs">;
  readonly guard: Pick<FolderGuard, "root" | "diskOf">;
}

/**
 * An index store that brings what people put into the folder to the disk before it records that. Nobody else may sync it,
 * and what is recorded is announced and copied: after a power loss the file could be torn and its record still fit it, or
 * an old content could be back, which would count as an edit of what the others hold by then.
 */
export function syncedStore({ store, batches, guard }: SyncedStoreDeps): IndexStore {
  return {
    recordsAfter: (after, limit) => store.recordsAfter(after, limit),
    hashes: (name, id) => store.hashes(name, id),
    vanished: () => store.vanished(),
    deleteFiles: () => store.deleteFiles(),
    meta: (key) => store.meta(key),
    setMeta: (key, value) => store.setMeta(key, value),
    async save(changes) {
      const added = changes.put.filter(({ record }) => record.changed || record.vector === "");
      const disks = new Set(added.map(({ record }) => guard.diskOf(record.name)));
      // A disk that cannot do it keeps nothing from being shared.
      await Promise.all([...disks].map((folder) => batches.syncfs(pathOf(guard.root, folder))));
      await store.save(changes);
    },
  };
}
