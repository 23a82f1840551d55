import type { Watcher } from "../../../../../src/platform/disk/disk.ts";
import type { SeededRandom } from "../../random.ts";
import type { SimProcess } from "../../sim-process.ts";
import type { SimFolder, Volume } from "../file-system/inodes.ts";

/** Most milliseconds until a change is told. */
const MAX_DELAY_MS = 20;
/** Changed paths that the system keeps for one who watches; where there are more it tells only that. */
const MAX_PENDING = 1000;

/** One who watches a folder and all beneath it, as inotify lets him. Changes of the same path that come together are one. */
class Watch {
  private readonly pending = new Set<string>();
  private overflow = false;
  private scheduled = false;
  stopped = false;

  constructor(
    readonly folder: SimFolder,
    private readonly watcher: Watcher,
    private readonly process: SimProcess,
    private readonly random: SeededRandom,
  ) {}

  changed(folder: SimFolder, name: string): void {
    const path = this.relative(folder, name);
    if (path === null) return;
    if (this.pending.size < MAX_PENDING) this.pending.add(path);
    else this.overflow = true;
    if (this.scheduled) return;
    this.scheduled = true;
    this.process.deliver(this.random.between(0, MAX_DELAY_MS), () => this.tell());
  }

  /** The path of a name from the watched folder on; null where it is not beneath it. */
  private relative(folder: SimFolder, name: string): string | null {
    let path = name;
    for (let at: SimFolder | null = folder; at !== this.folder; at = at.entry.folder) {
      if (!at?.entry) return null;
      path = `${at.entry.name}/${path}`;
    }
    return path;
  }

  private tell(): void {
    this.scheduled = false;
    const paths = [...this.pending];
    const { overflow } = this;
    this.pending.clear();
    this.overflow = false;
    for (const path of paths) if (!this.stopped) this.watcher.changed(path.toWellFormed());
    if (overflow && !this.stopped) this.watcher.changed(null);
  }
}

/** All who watch folders of a machine. */
export class Watches {
  private readonly all = new Set<Watch>();

  changed(folder: SimFolder, name: string): void {
    for (const watch of this.all) watch.changed(folder, name);
  }

  /** A file system is not in use any more, and who watches it hears nothing of it, not even when it is back. */
  endOn(volume: Volume): void {
    for (const watch of this.all) if (watch.folder.volume === volume) this.end(watch);
  }

  /** Returns how to stop. */
  add(folder: SimFolder, watcher: Watcher, process: SimProcess, random: SeededRandom): () => void {
    const watch = new Watch(folder, watcher, process, random);
    this.all.add(watch);
    return () => this.end(watch);
  }

  private end(watch: Watch): void {
    watch.stopped = true;
    this.all.delete(watch);
  }
}
