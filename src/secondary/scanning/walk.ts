import pMap from "p-map";
import { chunksOf } from "../../platform/chunks.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { type Disk, DiskError, type FileStat } from "../../platform/disk/disk.ts";
import type { Turns } from "../../platform/turns/turns.ts";
import { STAGING_FOLDER } from "../folder/marker.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import { MAX_BATCH_NAMES } from "./stat-batcher.ts";

/** Files and folders asked for at the same time. */
const MAX_CONCURRENT_CALLS = 32;

export interface WalkDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly sharedFolder: SharedFolder;
  readonly turns: Turns;
  /** Whether to give up. */
  readonly stopped: () => boolean;
}

/**
 * Calls `visit` for every file beneath `folder` ("" for all) that may be shared and is not in `except`, one level of
 * folders after the other. Throws when the folder itself cannot be read; one further down is skipped with a warning.
 */
export async function walk(
  { disk, batches, sharedFolder, turns, stopped }: WalkDeps,
  folder: string,
  except: ReadonlySet<string>,
  visit: (name: string, stat: FileStat) => void,
): Promise<void> {
  let level = [folder];
  while (level.length > 0 && !stopped()) {
    const files: string[] = [];
    const deeper: string[] = [];
    const listFolder = async (current: string) => {
      const entries = await entriesOf(disk, sharedFolder, current, folder);
      const marked = current !== "" && entries.some(({ name }) => name === STAGING_FOLDER);
      if (marked && (await sharedFolder.isSharedByOther(current))) return;
      for (const entry of entries) {
        const name = current === "" ? entry.name : `${current}/${entry.name}`;
        if (!entry.utf8) sharedFolder.warnInvalidUtf8(name);
        if (!entry.utf8) continue;
        if (entry.kind === "folder") {
          if (sharedFolder.allowsFolder(name)) deeper.push(name);
        } else if (sharedFolder.allows(name) && !except.has(name)) {
          // Some file systems list no kinds: what is no folder may be a file all the same.
          files.push(name);
        }
      }
    };
    await pMap(level, listFolder, { concurrency: MAX_CONCURRENT_CALLS });
    const unclear: string[] = [];
    for (const some of chunksOf(files, MAX_BATCH_NAMES)) {
      if (stopped()) break;
      for (const [index, stat] of (await batches.statFiles(sharedFolder.pathOf(""), some)).entries()) {
        const name = some[index];
        if (name === undefined || stopped()) continue;
        if (stat) visit(name, stat);
        else unclear.push(name);
      }
    }
    const statEntry = async (name: string) => {
      await turns.nextIfDue();
      if (stopped()) return;
      const status = await sharedFolder.statEntry(name).catch((error: unknown) => {
        sharedFolder.warnOnce(name, "unread", `not shared: ${error instanceof Error ? error.message : error}`);
      });
      if (status?.kind === "file") visit(name, status.stat);
      else if (status?.kind === "folder") deeper.push(name);
    };
    await pMap(unclear, statEntry, { concurrency: MAX_CONCURRENT_CALLS });
    level = deeper;
  }
}

async function entriesOf(disk: Disk, sharedFolder: SharedFolder, current: string, top: string) {
  try {
    return await disk.list(sharedFolder.pathOf(current));
  } catch (error) {
    if (current === top) throw error;
    // It was there a moment ago: it has gone meanwhile, or the disk has.
    if (error instanceof DiskError && error.failure === "missing") return [];
    sharedFolder.warnOnce(current, "unread", `not shared: ${error instanceof Error ? error.message : error}`);
    return [];
  }
}
