import pLimit from "p-limit";
import { FileChanged, type HashedFile, type Hashing, type HashScope } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import { type Bounds, DiskError, type DiskFailure } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { formatBytes, plural } from "../../platform/units.ts";

/** Files given to the hasher at the same time: enough to fill its messages. */
const MAX_HASHING_FILES = 256;
/** Milliseconds between two lines in the log, and before the first. */
const LOG_INTERVAL_MS = 5_000;

/** What the disk says of a file that is gone, or has a link in its place that leads out of the folder. */
const GONE: ReadonlySet<DiskFailure> = new Set(["missing", "link"]);

export interface FileHasherDeps {
  readonly hashing: Pick<Hashing, "hash" | "onProgress">;
  /** What is made of each file. */
  readonly hashScope: HashScope;
  readonly clock: Clock;
  readonly log: Pick<Log, "info">;
}

/** Reads files through the hasher, and tells in the log how much is still to be read when that takes long. */
export class FileHasher {
  private readonly hashing: FileHasherDeps["hashing"];
  private readonly scope: HashScope;
  private readonly clock: Clock;
  private readonly log: FileHasherDeps["log"];
  private readonly limit = pLimit(MAX_HASHING_FILES);
  /** Bytes still to be hashed, by path. */
  private readonly remaining = new Map<string, number>();
  private remainingBytes = 0;
  private loggedAt = 0;

  constructor(deps: FileHasherDeps) {
    this.hashing = deps.hashing;
    this.scope = deps.hashScope;
    this.clock = deps.clock;
    this.log = deps.log;
  }

  /** Becomes the one who follows the progress of the hasher. */
  start(): void {
    this.hashing.onProgress((path, done, size) => this.progressed(path, size - done));
  }

  /** Null when the file is not any more what it was, or not `wanted` any more when its turn comes. Throws DiskError. */
  async hash(path: string, size: number, bounds: Bounds, wanted: () => boolean): Promise<HashedFile | null> {
    if (this.remaining.size === 0) this.loggedAt = this.clock.now();
    this.setRemaining(path, size);
    try {
      return await this.limit(async () => (wanted() ? await this.hashing.hash(path, size, this.scope, bounds) : null));
    } catch (error) {
      if (error instanceof FileChanged || (error instanceof DiskError && GONE.has(error.failure))) return null;
      throw error;
    } finally {
      this.remainingBytes -= this.remaining.get(path) ?? 0;
      this.remaining.delete(path);
    }
  }

  private progressed(path: string, left: number): void {
    if (!this.remaining.has(path)) return;
    this.setRemaining(path, left);
    const now = this.clock.now();
    if (now - this.loggedAt < LOG_INTERVAL_MS) return;
    this.loggedAt = now;
    const files = this.remaining.size;
    const bytes = this.remainingBytes;
    this.log.info("hashing", `reading ${plural(files, "new file")}: ${formatBytes(bytes)} to go`, { files, bytes });
  }

  private setRemaining(path: string, left: number): void {
    this.remainingBytes += left - (this.remaining.get(path) ?? 0);
    this.remaining.set(path, left);
  }
}
