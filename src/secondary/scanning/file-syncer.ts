import pMap from "p-map";
import { Batcher } from "../../platform/batcher.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { parentOf } from "../../platform/disk/names.ts";
import type { Fingerprint } from "../folder/fingerprint.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";

/** Most files that wait for each other. */
const MAX_BATCH_FILES = 256;
/** Of more files than this their whole file systems are synced, which costs less. */
const MAX_SINGLE_FILES = 8;
/** Files, or folders, synced at once. */
const MAX_CONCURRENT_SYNCS = 2;
/**
 * Milliseconds after its last change after which a file is on the disk without being synced. Linux begins to write it
 * after 30 s, and a slow disk may take minutes.
 */
const WRITEBACK_MS = 600_000;

export interface FileSyncerDeps {
  readonly disk: Pick<Disk, "open" | "sync" | "close" | "syncFolder">;
  readonly batches: Pick<BatchDisk, "syncfs">;
  readonly clock: Clock;
  readonly sharedFolder: Pick<SharedFolder, "pathOf" | "bounds">;
}

/**
 * Makes what others have put into the folder survive a power loss, before anybody hears of it. What comes to light after a
 * power loss, a part of a file or the version before it, would count as an edit of the version that is known: the others
 * would replace their whole copies by it.
 */
export class FileSyncer {
  private readonly deps: FileSyncerDeps;
  private readonly batcher: Batcher<string, null>;

  constructor(deps: FileSyncerDeps) {
    this.deps = deps;
    this.batcher = new Batcher((names) => this.syncAll(names), MAX_BATCH_FILES);
  }

  /** Resolves once it is done. Where the disk refuses, nothing is gained by not sharing the file: it can be read. */
  async sync(name: string, { ctimeNs }: Pick<Fingerprint, "ctimeNs">): Promise<void> {
    const age = this.deps.clock.wall() - Number(ctimeNs / 1_000_000n);
    if (age < WRITEBACK_MS) await this.batcher.load(name);
  }

  private async syncAll(names: readonly string[]): Promise<readonly null[]> {
    const { disk, batches, sharedFolder } = this.deps;
    const concurrency = { concurrency: MAX_CONCURRENT_SYNCS };
    const done = names.map(() => null);
    if (names.length > MAX_SINGLE_FILES) {
      for (const folder of new Set(names.map(parentOf))) await batches.syncfs(sharedFolder.pathOf(folder));
      return done;
    }
    await pMap(names, (name) => this.syncFile(name).catch(() => {}), concurrency);
    // With the folders that somebody may have made for them.
    const folders = new Set([""]);
    for (const name of names) {
      for (let folder = parentOf(name); !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
    }
    await pMap(folders, (folder) => disk.syncFolder(sharedFolder.pathOf(folder)).catch(() => {}), concurrency);
    return done;
  }

  private async syncFile(name: string): Promise<void> {
    const { disk, sharedFolder } = this.deps;
    const fd = await disk.open(sharedFolder.pathOf(name), "read", sharedFolder.bounds);
    try {
      await disk.sync(fd);
    } finally {
      await disk.close(fd);
    }
  }
}
