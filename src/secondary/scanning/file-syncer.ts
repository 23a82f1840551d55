import pMap from "p-map";
import { type Clock, delay } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import type { Disk, FileStat } from "../../platform/disk/disk.ts";
import { parentOf } from "../../platform/disk/names.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";

/** Of more files than this their whole file systems are synced, which costs less. */
const MAX_SINGLE_FILES = 8;
/** Milliseconds after which file systems are synced again, at most. */
const MAX_GATHERING_MS = 500;
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

interface WaitingFile {
  readonly name: string;
  /** The file system that it is on. */
  readonly device: bigint;
  resolve(): void;
}

/**
 * Makes what others have put into the folder survive a power loss, before anybody hears of it. What comes to light after a
 * power loss, a part of a file or the version before it, would count as an edit of the version that is known: the others
 * would replace their whole copies by it. All that comes while the disk is at work waits for it, and is synced together.
 */
export class FileSyncer {
  private readonly deps: FileSyncerDeps;
  private waiting: WaitingFile[] = [];
  private syncing = false;
  private readonly ended = new AbortController();

  constructor(deps: FileSyncerDeps) {
    this.deps = deps;
  }

  /** Whether a file may be lost with the power. */
  mustSync({ ctimeNs }: Pick<FileStat, "ctimeNs">): boolean {
    return this.deps.clock.wall() - Number(ctimeNs / 1_000_000n) < WRITEBACK_MS;
  }

  /** Resolves once it is done. Where the disk refuses, nothing is gained by not sharing the file: it can be read. */
  async sync(name: string, stat: Pick<FileStat, "ctimeNs" | "device">): Promise<void> {
    if (!this.mustSync(stat)) return;
    const { device } = stat;
    await new Promise<void>((resolve) => {
      this.waiting.push({ name, device, resolve });
      // After all others of this turn.
      if (!this.syncing) queueMicrotask(() => void this.syncWaiting());
    });
  }

  /** No more are waited for: what there is, is synced at once. */
  stop(): void {
    this.ended.abort();
  }

  private async syncWaiting(): Promise<void> {
    if (this.syncing) return;
    this.syncing = true;
    while (this.waiting.length > 0) {
      const files = this.waiting;
      this.waiting = [];
      if (files.length > MAX_SINGLE_FILES) {
        const began = this.deps.clock.now();
        await this.syncFileSystems(files);
        for (const { resolve } of files) resolve();
        // So long that the disk is at work with this half of the time at most: meanwhile more come together.
        const took = this.deps.clock.now() - began;
        if (took > 0) await delay(this.deps.clock, Math.min(MAX_GATHERING_MS, took), this.ended.signal);
      } else {
        await this.syncSingly(files.map(({ name }) => name));
        for (const { resolve } of files) resolve();
      }
    }
    this.syncing = false;
  }

  private async syncFileSystems(files: readonly WaitingFile[]): Promise<void> {
    const { batches, sharedFolder } = this.deps;
    const synced = new Set<bigint>();
    const tried = new Set<string>();
    for (const { name, device } of files) {
      const folder = parentOf(name);
      if (synced.has(device) || tried.has(folder)) continue;
      tried.add(folder);
      // A folder may be gone by now: then another one says which file system it is.
      if (await batches.syncfs(sharedFolder.pathOf(folder))) synced.add(device);
    }
  }

  private async syncSingly(names: readonly string[]): Promise<void> {
    const { disk, sharedFolder } = this.deps;
    const concurrency = { concurrency: MAX_CONCURRENT_SYNCS };
    await pMap(names, (name) => this.syncFile(name).catch(() => {}), concurrency);
    // With the folders that somebody may have made for them.
    const folders = new Set([""]);
    for (const name of names) {
      for (let folder = parentOf(name); !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
    }
    await pMap(folders, (folder) => disk.syncFolder(sharedFolder.pathOf(folder)).catch(() => {}), concurrency);
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
