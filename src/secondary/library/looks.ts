import type { BatchDisk, Opened } from "../../base/batch-disk.ts";
import type { Disk, FileStat } from "../../base/disk.ts";
import { Together } from "../../base/together.ts";
import { type Stamp, stampOf } from "./record.ts";
import type { Sight } from "./sight.ts";
import { writersOf } from "./writers.ts";

/** Names in a message. */
const MOST = 256;

/** Looks at many names with one message each time; at a name of which that tells nothing, by itself. Throws DiskError. */
export class Looks {
  readonly #disk: Disk;
  readonly #sight: Sight;
  readonly #stats: Together<string, FileStat | null>;
  readonly #opened: Together<string, Opened | null>;

  constructor({ disk, batches, sight }: { disk: Disk; batches: BatchDisk; sight: Sight }) {
    this.#disk = disk;
    this.#sight = sight;
    const root = sight.pathOf("");
    this.#stats = new Together((names) => batches.look(root, names), MOST);
    this.#opened = new Together((names) => batches.opened(root, names), MOST);
  }

  /** The stamp of what may be shared under a name; null when there is nothing. */
  async stamp(name: string): Promise<Stamp | null> {
    const stat = await this.#stats.ask(name);
    return stat ? stampOf(stat) : this.#sight.stamp(name);
  }

  /** The file under a name, opened for a moment to see whether somebody writes to it. */
  async writers(name: string): Promise<Opened> {
    return (await this.#opened.ask(name)) ?? writersOf(this.#disk, this.#sight.pathOf(name));
  }
}
