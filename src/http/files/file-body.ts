import type { ByteRange } from "./byte-range.ts";

/** How a body has ended. `unreadable`: the rest could not be read; `broken-off`: nobody took the rest. */
export type BodyEnd = "complete" | "unreadable" | "broken-off";

export interface FileBodyDeps {
  readonly range: ByteRange;
  /** Milliseconds on the steady clock. */
  now(): number;
  /** Bytes of the next block, if there are as many. */
  blockBytes(): number;
  /** As {@link FileReads.read}. */
  read(position: number, length: number, wanted: () => boolean): Promise<Uint8Array | null>;
  /** Called once, when nothing is read for it any more. `sent`: up to where the range was passed on. */
  ended(end: BodyEnd, sent: number): void;
}

/** The body of one response, read block by block as its reader takes them. */
export class FileBody {
  readonly stream: ReadableStream<Uint8Array>;
  private position: number;
  private state: "open" | BodyEnd = "open";
  private reading = false;
  /** Milliseconds on the steady clock: since when the reader has a block that it has not taken whole. */
  private blockedSince: number;
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(private readonly deps: FileBodyDeps) {
    this.position = deps.range.start;
    this.blockedSince = deps.now();
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
        },
        pull: (controller) => this.pull(controller),
        cancel: () => this.end("broken-off"),
      },
      // A block is read once the one before is on its way.
      { highWaterMark: 0 },
    );
  }

  /** Milliseconds for which its reader has taken nothing. */
  get blockedMs(): number {
    return this.reading ? 0 : this.deps.now() - this.blockedSince;
  }

  /** Ends the connection in the middle, so that the other end knows that bytes are missing. */
  cut(end: BodyEnd = "broken-off"): void {
    if (this.state !== "open") return;
    this.end(end);
    // Ends a connection that takes bytes at once; one that does not is ended by whoever hears of the end. Without a value: nothing is to be printed.
    this.controller?.error();
  }

  private async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const { range, read, blockBytes, now } = this.deps;
    if (this.position === range.end) {
      // The last block has been taken.
      controller.close();
      return this.end("complete");
    }
    const length = Math.min(blockBytes(), range.end - this.position);
    this.reading = true;
    const bytes = await read(this.position, length, () => this.state === "open").catch(() => null);
    this.reading = false;
    this.blockedSince = now();
    if (this.state !== "open") return this.report();
    if (!bytes) return this.cut("unreadable");
    this.position += bytes.length;
    controller.enqueue(bytes);
  }

  private end(end: BodyEnd): void {
    if (this.state !== "open") return;
    this.state = end;
    if (!this.reading) this.report();
  }

  private report(): void {
    if (this.state !== "open") this.deps.ended(this.state, this.position);
  }
}
