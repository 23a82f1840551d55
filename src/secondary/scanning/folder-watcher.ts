import type { Clock } from "../../platform/clock.ts";
import type { Disk, WatchLimit } from "../../platform/disk/disk.ts";
import { messageOf } from "../../sentences/sentence-error.ts";
import { STAGING_FOLDER } from "../folder/marker.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";

/** Milliseconds until watching is tried anew where the limit was met: it may have been raised meanwhile. */
const REWATCH_INTERVAL_MS = 300_000;

const ADVICE: Readonly<Record<WatchLimit, string>> = {
  watches: "the system allows no more inotify watches; raise fs.inotify.max_user_watches (sysctl)",
  instances:
    "the system allows no more inotify instances or open files; raise fs.inotify.max_user_instances (sysctl) or `ulimit -n`",
};

export interface FolderWatcherDeps {
  readonly disk: Pick<Disk, "watch">;
  readonly clock: Clock;
  readonly sharedFolder: SharedFolder;
  /** Something has happened at a path of the shared folder; null: only a scan can tell where. */
  changed(path: string | null): void;
  /** Some folders are not watched from now on. */
  limited(): void;
}

/** Watches the shared folder for changes, as far as the system can. */
export class FolderWatcher {
  private readonly deps: FolderWatcherDeps;
  private unwatch: (() => void) | null = null;
  private isLimited = false;
  /** When watching was begun, in milliseconds. */
  private since = 0;

  constructor(deps: FolderWatcherDeps) {
    this.deps = deps;
  }

  /** Whether some folders are not watched. */
  get limited(): boolean {
    return this.isLimited;
  }

  /** Begins to watch, unless that is under way; anew where a limit kept folders from being watched for long. */
  start(): void {
    const { disk, clock, sharedFolder, changed } = this.deps;
    if (this.isLimited && clock.now() - this.since >= REWATCH_INTERVAL_MS) this.stop();
    if (this.unwatch) return;
    this.since = clock.now();
    this.isLimited = false;
    try {
      const watcher = { changed, limited: (limit: WatchLimit) => this.meetLimit(limit) };
      // Each write to a file that is being copied would be told.
      this.unwatch = disk.watch(sharedFolder.pathOf(""), watcher, STAGING_FOLDER);
    } catch (error) {
      this.isLimited = true;
      const reason = messageOf(error);
      const text = `changes of the shared folder are found by scanning alone: ${reason}`;
      sharedFolder.warnOnce("", "watch", text, "not-watching");
    }
  }

  stop(): void {
    this.unwatch?.();
    this.unwatch = null;
    this.isLimited = false;
  }

  private meetLimit(limit: WatchLimit): void {
    const text = `some folders are not watched, changes there are found by scanning: ${ADVICE[limit]}`;
    this.deps.sharedFolder.warnOnce("", "watch", text, "not-watching");
    if (this.isLimited) return;
    this.isLimited = true;
    this.deps.limited();
  }
}
