import { Batcher } from "../../platform/batcher.ts";
import type { BatchDisk, OpenedFile } from "../../platform/disk/batch-disk.ts";
import type { Disk, FileStat } from "../../platform/disk/disk.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import { type Fingerprint, fingerprintOf } from "./file-record.ts";
import { statOpened } from "./has-writers.ts";

/** Names in a message. */
const MAX_BATCH_NAMES = 256;

/** Looks at many names with one message each time; at a name of which that tells nothing, by itself. Throws DiskError. */
export class StatBatcher {
  private readonly disk: Disk;
  private readonly sharedFolder: SharedFolder;
  private readonly stats: Batcher<string, FileStat | null>;
  private readonly opened: Batcher<string, OpenedFile | null>;

  constructor({ disk, batches, sharedFolder }: { disk: Disk; batches: BatchDisk; sharedFolder: SharedFolder }) {
    this.disk = disk;
    this.sharedFolder = sharedFolder;
    const root = sharedFolder.pathOf("");
    this.stats = new Batcher((names) => batches.statFiles(root, names), MAX_BATCH_NAMES);
    this.opened = new Batcher((names) => batches.openFiles(root, names), MAX_BATCH_NAMES);
  }

  /** The fingerprint of what may be shared under a name; null when there is nothing. */
  async fingerprint(name: string): Promise<Fingerprint | null> {
    const stat = await this.stats.load(name);
    return stat ? fingerprintOf(stat) : this.sharedFolder.fingerprint(name);
  }

  /** The file under a name, opened for a moment to see whether somebody writes to it. */
  async statOpened(name: string): Promise<OpenedFile> {
    return (await this.opened.load(name)) ?? statOpened(this.disk, this.sharedFolder.pathOf(name));
  }
}
