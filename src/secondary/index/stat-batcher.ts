import { Batcher } from "../../platform/batcher.ts";
import type { BatchDisk, OpenedFile } from "../../platform/disk/batch-disk.ts";
import type { Disk, FileStat } from "../../platform/disk/disk.ts";
import type { Sight } from "../folder/shared-folder.ts";
import { type Stamp, stampOf } from "./file-record.ts";
import { writersOf } from "./has-writers.ts";

/** Names in a message. */
const MOST = 256;

/** Looks at many names with one message each time; at a name of which that tells nothing, by itself. Throws DiskError. */
export class Looks {
  private readonly disk: Disk;
  private readonly sight: Sight;
  private readonly stats: Batcher<string, FileStat | null>;
  private readonly opened: Batcher<string, OpenedFile | null>;

  constructor({ disk, batches, sight }: { disk: Disk; batches: BatchDisk; sight: Sight }) {
    this.disk = disk;
    this.sight = sight;
    const root = sight.pathOf("");
    this.stats = new Batcher((names) => batches.statFiles(root, names), MOST);
    this.opened = new Batcher((names) => batches.openFiles(root, names), MOST);
  }

  /** The stamp of what may be shared under a name; null when there is nothing. */
  async stamp(name: string): Promise<Stamp | null> {
    const stat = await this.stats.load(name);
    return stat ? stampOf(stat) : this.sight.stamp(name);
  }

  /** The file under a name, opened for a moment to see whether somebody writes to it. */
  async writers(name: string): Promise<OpenedFile> {
    return (await this.opened.load(name)) ?? writersOf(this.disk, this.sight.pathOf(name));
  }
}
