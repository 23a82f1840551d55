import { join } from "node:path";
import { FileIndex } from "../file-index.ts";
import { anchoredDisk } from "../folder/anchored-disk.ts";
import { FolderGuard } from "../folder/folder-guard.ts";
import { STAGING_FOLDER } from "../folder/marker.ts";
import { KeptStorage } from "../kept/kept-storage.ts";
import { RepairRecords } from "../repair/repair-records.ts";
import { cleanStagingFolder } from "../replication/placement/staging-cleanup.ts";
import { StagingFolders } from "../replication/placement/staging-folders.ts";
import type { SecondaryDeps, SecondaryOptions } from "../secondary-deps.ts";

/** The shared folder on its disk. */
export interface Folder {
  /** Knows whether the folder is there. */
  readonly guard: FolderGuard;
  /** The ports for whatever works in it. */
  readonly deps: SecondaryDeps;
  /** The files in it. */
  readonly index: FileIndex;
  /** The files that left it. */
  readonly kept: KeptStorage;
  /** Where copies grow. */
  readonly staging: StagingFolders;
  /** The damaged files whose remains are in the staging folders. */
  readonly repairRecords: RepairRecords;
  /** The staging folder of the shared folder itself, whether or not the folder is there. */
  readonly mainStaging: string;
  /** The staging folder on the file system where the file of a name is to be. Rejects with DiskError. */
  stagingFor(name: string): Promise<string>;
  /** Removes what earlier runs left in the staging folder of the shared folder itself. Rejects with DiskError. */
  cleanStaging(): Promise<void>;
}

export function assembleFolder(outer: SecondaryDeps, options: SecondaryOptions): Folder {
  const { folder, number, adoptFolder, keep, digests = false } = options;
  const mainStaging = join(folder, STAGING_FOLDER);
  const guard = new FolderGuard({ ...outer, folder, number, adopt: adoptFolder });
  const deps = { ...outer, disk: anchoredDisk(outer.disk, guard) };
  const kept = new KeptStorage({ ...deps, guard }, { share: folder, stagingName: STAGING_FOLDER, days: keep });
  const index = new FileIndex({ ...deps, guard, kept, hashScope: digests ? "digests" : "whole" });
  const missingDiskAbove = (name: string) => guard.missingDiskAbove(name);
  const repairRecords = new RepairRecords({ ...deps, staging: mainStaging, missingDiskAbove });
  const clean = (path: string) => cleanStagingFolder(deps, path, (name) => repairRecords.isPartNeeded(name));
  const staging = new StagingFolders({ ...deps, root: () => index.root, clean });
  return {
    guard,
    deps,
    index,
    kept,
    staging,
    repairRecords,
    mainStaging,
    async stagingFor(name) {
      return (await staging.isSingle()) ? staging.main : staging.folderFor(await index.nearestFolder(name));
    },
    cleanStaging: () => clean(join(guard.root, STAGING_FOLDER)),
  };
}
