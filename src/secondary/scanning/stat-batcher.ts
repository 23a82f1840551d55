import { Batcher } from "../../platform/batcher.ts";
import type { BatchDisk, OpenedFile } from "../../platform/disk/batch-disk.ts";
import type { Disk, FileStat } from "../../platform/disk/disk.ts";
import type { PathStatus, SharedFolder } from "../folder/shared-folder.ts";

/** Names in a message to the thread that asks the disk about many. */
export const MAX_BATCH_NAMES = 256;

/**
 * Asks the disk about many names with one message each time, and about one that is no plain file by itself. Throws
 * DiskError.
 */
export class StatBatcher {
  private readonly disk: Disk;
  private readonly sharedFolder: SharedFolder;
  private readonly stats: Batcher<string, FileStat | null>;
  private readonly opened: Batcher<string, OpenedFile | null>;

  constructor({ disk, batches, sharedFolder }: { disk: Disk; batches: BatchDisk; sharedFolder: SharedFolder }) {
    this.disk = disk;
    this.sharedFolder = sharedFolder;
    this.stats = new Batcher((names) => batches.statFiles(sharedFolder.pathOf(""), names), MAX_BATCH_NAMES);
    this.opened = new Batcher((names) => batches.openFiles(sharedFolder.bounds, names), MAX_BATCH_NAMES);
  }

  /** What stands under a name. */
  async stat(name: string): Promise<PathStatus> {
    const stat = await this.stats.load(name);
    return stat ? { kind: "file", stat } : this.sharedFolder.inspect(name);
  }

  /** The file under a name, opened for a moment to see whether somebody writes to it; what else stands there. */
  async open(name: string): Promise<OpenStatus> {
    const opened = await this.opened.load(name);
    if (opened) return { kind: "file", ...opened };
    const status = await this.sharedFolder.inspect(name);
    if (status.kind !== "file") return status;
    return { kind: "file", ...(await statOpened(this.disk, this.sharedFolder, name)) };
  }
}

export type OpenStatus = ({ readonly kind: "file" } & OpenedFile) | Exclude<PathStatus, { kind: "file" }>;

/** Opens a shared file for a moment to see whether somebody writes to it. Throws DiskError. */
export async function statOpened(
  disk: Disk,
  folder: Pick<SharedFolder, "pathOf" | "bounds">,
  name: string,
): Promise<OpenedFile> {
  const fd = await disk.open(folder.pathOf(name), "read", folder.bounds);
  try {
    return { stat: await disk.fstat(fd), hasWriters: disk.hasWriters(fd) };
  } finally {
    await disk.close(fd);
  }
}
