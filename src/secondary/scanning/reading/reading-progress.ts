import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log/log.ts";
import { formatBytes, plural } from "../../../platform/units.ts";

/** Milliseconds between two lines in the log, and before the first. */
const LOG_INTERVAL_MS = 5_000;

export interface ReadingProgressDeps {
  readonly clock: Pick<Clock, "now">;
  readonly log: Pick<Log, "info">;
}

/** Tells in the log how much of new files is still to be read when that takes long, whoever reads them. */
export class ReadingProgress {
  private files = 0;
  private bytes = 0;
  private loggedAt = 0;

  constructor(private readonly deps: ReadingProgressDeps) {}

  /** A file of so many bytes is to be read. */
  begin(bytes: number): void {
    if (this.files === 0) this.loggedAt = this.deps.clock.now();
    this.files += 1;
    this.bytes += bytes;
  }

  /** So many bytes of a file that was begun are read. Negative: some have to be read anew. */
  read(bytes: number): void {
    this.bytes -= bytes;
    this.tell();
  }

  /** Files that were begun, and of which `left` bytes were not told to be read, are done with. */
  end(left: number, files = 1): void {
    this.files -= files;
    this.bytes -= left;
    this.tell();
  }

  private tell(): void {
    const { clock, log } = this.deps;
    const { files, bytes } = this;
    const now = clock.now();
    if (files === 0 || now - this.loggedAt < LOG_INTERVAL_MS) return;
    this.loggedAt = now;
    log.info("hashing", `reading ${plural(files, "new file")}: ${formatBytes(bytes)} to go`, { files, bytes });
  }
}
