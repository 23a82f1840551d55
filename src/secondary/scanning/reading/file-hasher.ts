import pLimit from "p-limit";
import { FileChanged, type HashedFile, type Hashing, type HashScope } from "../../../hashing/hashing.ts";
import { type Bounds, DiskError, type DiskFailure } from "../../../platform/disk/disk.ts";
import type { ReadingProgress } from "./reading-progress.ts";

/** Files given to the hasher at the same time: enough to fill its messages. */
const MAX_HASHING_FILES = 256;

/** What the disk says of a file that is gone, or has a link in its place that leads out of the folder. */
const GONE: ReadonlySet<DiskFailure> = new Set(["missing", "link"]);

export interface FileHasherDeps {
  readonly hashing: Pick<Hashing, "hash" | "onProgress">;
  /** What is made of each file. */
  readonly hashScope: HashScope;
  readonly progress: ReadingProgress;
}

/** Reads files through the hasher. */
export class FileHasher {
  private readonly hashing: FileHasherDeps["hashing"];
  private readonly scope: HashScope;
  private readonly progress: ReadingProgress;
  private readonly limit = pLimit(MAX_HASHING_FILES);
  /** Bytes still to be hashed, by path. What is not wanted any more may end after its path was begun anew. */
  private readonly remaining = new Map<string, { bytes: number }>();

  constructor(deps: FileHasherDeps) {
    this.hashing = deps.hashing;
    this.scope = deps.hashScope;
    this.progress = deps.progress;
  }

  /** Becomes the one who follows the progress of the hasher. */
  start(): void {
    this.hashing.onProgress((path, done, size) => this.progressed(path, size - done));
  }

  /** Null when the file is not any more what it was, or not `wanted` any more when its turn comes. Throws DiskError. */
  async hash(path: string, size: number, bounds: Bounds, wanted: () => boolean): Promise<HashedFile | null> {
    const left = { bytes: size };
    this.progress.begin(size);
    this.remaining.set(path, left);
    try {
      return await this.limit(async () => (wanted() ? await this.hashing.hash(path, size, this.scope, bounds) : null));
    } catch (error) {
      if (error instanceof FileChanged || (error instanceof DiskError && GONE.has(error.failure))) return null;
      throw error;
    } finally {
      if (this.remaining.get(path) === left) this.remaining.delete(path);
      this.progress.end(left.bytes);
    }
  }

  private progressed(path: string, bytes: number): void {
    const left = this.remaining.get(path);
    if (!left) return;
    const read = left.bytes - bytes;
    left.bytes = bytes;
    this.progress.read(read);
  }
}
