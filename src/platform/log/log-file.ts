import type { LogHandle, LogStorage } from "./log-storage.ts";

/** Bytes of lines that wait for a slow disk; more are left out, and counted. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** What others do for a log file. */
export interface LogFileEvents {
  /** Lines that could not be written, and why, where that was not said before. They are to be shown elsewhere. */
  failed(lines: readonly string[], reason: string | null): void;
  /** Lines can be written again; so many could not meanwhile, or were left out. */
  recovered(missing: number): void;
}

/**
 * A file that log lines are added to, while the process goes on: it never waits for the disk, and never ends because of
 * it. What goes wrong is told once, until it is something else or over.
 */
export class LogFile {
  /** Lines in their order; null: the file is opened anew. */
  private waiting: (string | null)[] = [];
  private waitingBytes = 0;
  private handle: LogHandle | null = null;
  private working: Promise<void> | null = null;
  /** What was told last; null: all is well. */
  private fault: string | null = null;
  private missing = 0;
  /** Whether the file ends within a line. */
  private isWithinLine = false;

  constructor(
    private readonly storage: LogStorage,
    private readonly path: string,
    private readonly events: LogFileEvents,
  ) {}

  /** Adds a line, given without its line feed. */
  write(line: string): void {
    const size = Buffer.byteLength(line);
    if (this.waitingBytes + size > MAX_WAITING_BYTES) {
      this.missing += 1;
      return;
    }
    this.waitingBytes += size;
    this.waiting.push(line);
    this.work();
  }

  /** Opens the file anew, after what was written before: it may have been renamed, and a new one is begun. */
  reopen(): void {
    this.waiting.push(null);
    this.work();
  }

  /** Adds the last line of a process, and those that still wait, before it returns. */
  writeNow(line: string): void {
    const lines = [...this.drainAll().filter((each) => each !== null), line];
    const start = this.isWithinLine ? "\n" : "";
    this.storage.appendNow(this.path, Buffer.from(`${start}${lines.join("\n")}\n`));
  }

  /** Resolves when nothing waits any more. */
  async flushed(): Promise<void> {
    while (this.working) await this.working;
  }

  private work(): void {
    this.working ??= this.writeWaiting().finally(() => {
      this.working = null;
    });
  }

  private async writeWaiting(): Promise<void> {
    // What is logged together is written together.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      if (this.waiting[0] === null) {
        this.waiting.shift();
        await this.renew();
      } else await this.writeLines(this.drainLines());
    }
  }

  /** All lines that wait, up to where the file is opened anew. */
  private drainLines(): string[] {
    const end = this.waiting.indexOf(null);
    const taken = this.waiting.splice(0, end < 0 ? this.waiting.length : end).filter((line) => line !== null);
    this.waitingBytes -= taken.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    return taken;
  }

  private drainAll(): (string | null)[] {
    this.waitingBytes = 0;
    return this.waiting.splice(0);
  }

  private async renew(): Promise<void> {
    await this.close();
    this.isWithinLine = false;
    // Who asks for it wants to know again.
    this.fault = null;
    await this.writeLines([]);
  }

  private async writeLines(lines: readonly string[]): Promise<void> {
    const text = lines.map((line) => `${line}\n`).join("");
    const bytes = Buffer.from((this.isWithinLine && text !== "" ? "\n" : "") + text);
    try {
      this.handle ??= await this.storage.open(this.path);
      const { count, fault } = await this.handle.write(bytes);
      if (count > 0) this.isWithinLine = bytes[count - 1] !== 0x0a;
      if (fault) throw fault;
    } catch (error) {
      return this.failed(lines, error as Error);
    }
    if (this.fault === null && this.missing === 0) return;
    const { missing } = this;
    this.fault = null;
    this.missing = 0;
    this.events.recovered(missing);
  }

  private async failed(lines: readonly string[], { message }: Error): Promise<void> {
    // The next try may find another file, or one with room.
    await this.close();
    const isNews = message !== this.fault;
    this.fault = message;
    this.missing += lines.length;
    this.events.failed(lines, isNews ? message : null);
  }

  private async close(): Promise<void> {
    const { handle } = this;
    this.handle = null;
    await handle?.close();
  }
}
