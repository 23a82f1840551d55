import { forPipe } from "./text.ts";

/** Codes of errors that say that nobody reads what is written. */
const GONE: ReadonlySet<unknown> = new Set(["EPIPE", "EBADF", "ECONNRESET", "ERR_STREAM_DESTROYED"]);

/**
 * A stream that is no terminal: lines without escape codes. Counts what the stream has not handed over yet, since under
 * Bun neither `writableLength` nor the callback of an empty write says so, and bytes that are left when a process ends are
 * lost.
 */
export class LineWriter {
  private readonly stream: NodeJS.WritableStream;
  private readonly drainListeners: (() => void)[] = [];
  private pending = 0;
  private fault: Error | null = null;

  constructor(stream: NodeJS.WritableStream) {
    this.stream = stream;
    stream.on("error", (error: Error) => {
      // A reader that has gone away (`| head`, a closed window) has seen enough.
      if (!("code" in error) || !GONE.has(error.code)) this.fault ??= error;
      this.handedOver(this.pending);
    });
    stream.on("close", () => this.handedOver(this.pending));
  }

  /** Why lines could not be written that somebody may still want, as those to a full disk; null where none was lost so. */
  get failure(): Error | null {
    return this.fault;
  }

  line(text: string): void {
    this.pending += 1;
    this.stream.write(`${forPipe(text)}\n`, () => this.handedOver(1));
  }

  /** Resolves when everything written so far has left the process, or never can. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.pending === 0) resolve();
      else this.drainListeners.push(resolve);
    });
  }

  private handedOver(count: number): void {
    // A failed write is reported by its callback and by the stream.
    this.pending = Math.max(0, this.pending - count);
    if (this.pending > 0) return;
    for (const resolve of this.drainListeners.splice(0)) resolve();
  }
}
