import { forPipe } from "./text.ts";

/**
 * A stream that is no terminal: lines without escape codes. Counts what the stream has not handed over yet, since under
 * Bun neither `writableLength` nor the callback of an empty write says so, and bytes that are left when a process ends are
 * lost.
 */
export class LineWriter {
  private readonly stream: NodeJS.WritableStream;
  private readonly drainListeners: (() => void)[] = [];
  private pending = 0;

  constructor(stream: NodeJS.WritableStream) {
    this.stream = stream;
    // A reader that has gone away (`| head`, a closed window) is no reason to end.
    stream.on("error", () => this.handedOver(this.pending));
    stream.on("close", () => this.handedOver(this.pending));
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
