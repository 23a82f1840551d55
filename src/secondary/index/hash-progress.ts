import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { formatBytes, plural } from "../../platform/units.ts";

/** Milliseconds between two lines, and before the first. */
const LOG_INTERVAL_MS = 5_000;

/** Tells in the log how much is still to be hashed, when that takes long. */
export class HashProgressLog {
  private readonly clock: Clock;
  private readonly log: Log;
  /** Bytes still to be hashed, by path. */
  private readonly left = new Map<string, number>();
  private bytes = 0;
  private loggedAt = 0;

  constructor(clock: Clock, log: Log) {
    this.clock = clock;
    this.log = log;
  }

  begin(path: string, size: number): void {
    if (this.left.size === 0) this.loggedAt = this.clock.now();
    this.set(path, size);
  }

  progress(path: string, done: number, size: number): void {
    if (!this.left.has(path)) return;
    this.set(path, size - done);
    this.logIfDue();
  }

  end(path: string): void {
    this.bytes -= this.left.get(path) ?? 0;
    this.left.delete(path);
  }

  private set(path: string, left: number): void {
    this.bytes += left - (this.left.get(path) ?? 0);
    this.left.set(path, left);
  }

  private logIfDue(): void {
    const now = this.clock.now();
    if (now - this.loggedAt < LOG_INTERVAL_MS) return;
    this.loggedAt = now;
    const files = this.left.size;
    const message = `reading ${plural(files, "new file")}: ${formatBytes(this.bytes)} to go`;
    this.log.info("hashing", message, { files, bytes: this.bytes });
  }
}
