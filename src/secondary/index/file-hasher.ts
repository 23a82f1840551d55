import { FileChanged, type FileHashes, type Hashing } from "../../hashing/hasher-client.ts";
import type { Clock } from "../../platform/clock.ts";
import { DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { HashReport } from "./hash-progress.ts";
import { Gate } from "./limiter.ts";

/** Files given to the hasher at once: enough to fill its messages. */
const FILES = 256;

/** Reads files through the hasher, and tells in the log when that takes long. */
export class Reader {
  private readonly hashing: Hashing;
  private readonly report: HashReport;
  private readonly gate = new Gate(FILES);

  constructor(deps: { hashing: Hashing; clock: Clock; log: Log }) {
    this.hashing = deps.hashing;
    this.report = new HashReport(deps.clock, deps.log);
    deps.hashing.onProgress((path, done, size) => this.report.progress(path, done, size));
  }

  /** Null when the file is not any more what it was, or not `wanted` any more when its turn comes. Throws DiskError. */
  async read(path: string, size: number, wanted: () => boolean): Promise<FileHashes | null> {
    this.report.begin(path, size);
    try {
      return await this.gate.run(async () => (wanted() ? await this.hashing.hash(path, size, "whole") : null));
    } catch (error) {
      if (error instanceof FileChanged || (error instanceof DiskError && error.failure === "missing")) return null;
      throw error;
    } finally {
      this.report.end(path);
    }
  }
}
