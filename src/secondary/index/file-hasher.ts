import { FileChanged, type FileHashes, type Hashing } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import { DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { HashProgressLog } from "./hash-progress.ts";
import { Gate } from "./limiter.ts";

/** Files given to the hasher at once: enough to fill its messages. */
const MAX_QUEUED_FILES = 256;

/** Reads files through the hasher, and tells in the log when that takes long. */
export class FileHasher {
  private readonly hashing: Hashing;
  private readonly progress: HashProgressLog;
  private readonly limiter = new Gate(MAX_QUEUED_FILES);

  constructor(deps: { hashing: Hashing; clock: Clock; log: Log }) {
    this.hashing = deps.hashing;
    this.progress = new HashProgressLog(deps.clock, deps.log);
    deps.hashing.onProgress((path, done, size) => this.progress.progress(path, done, size));
  }

  /** Null when the file is not any more what it was, or not `wanted` any more when its turn comes. Throws DiskError. */
  async hash(path: string, size: number, wanted: () => boolean): Promise<FileHashes | null> {
    this.progress.begin(path, size);
    try {
      return await this.limiter.run(async () => (wanted() ? await this.hashing.hash(path, size, "whole") : null));
    } catch (error) {
      if (error instanceof FileChanged || (error instanceof DiskError && error.failure === "missing")) return null;
      throw error;
    } finally {
      this.progress.end(path);
    }
  }
}
