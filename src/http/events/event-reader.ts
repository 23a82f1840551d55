import type { OpenConnection } from "../server/router.ts";

/** Bytes that may wait for one who reads slowly. They are shared with others who do, as far as they are of events. */
export const MAX_BACKLOG_BYTES = 1024 * 1024;

/** One who listens to events. */
export class EventReader {
  readonly stream: ReadableStream<Uint8Array>;
  private readonly queue: Uint8Array[] = [];
  private queuedBytes = 0;
  /** Goes on with the stream, which waits for something to send. */
  private resume: (() => void) | null = null;
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  private over = false;

  /** `ended`: called once. */
  constructor(
    private readonly connection: OpenConnection,
    private readonly ended: (reader: EventReader) => void,
  ) {
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
        },
        pull: () => this.pull(),
        cancel: () => this.end(),
      },
      // Nothing is taken from the queue before the network takes it.
      { highWaterMark: 0 },
    );
  }

  /** Who does not keep up is cut off: it comes back by itself, and asks for what it has missed. */
  send(bytes: Uint8Array): void {
    if (this.over || bytes.length === 0) return;
    if (this.queuedBytes + bytes.length > MAX_BACKLOG_BYTES) return this.cut();
    this.queue.push(bytes);
    this.queuedBytes += bytes.length;
    this.resume?.();
  }

  private async pull(): Promise<void> {
    if (this.queue.length === 0 && !this.over) {
      await new Promise<void>((resolve) => {
        this.resume = resolve;
      });
      this.resume = null;
    }
    const next = this.queue.shift();
    if (this.over || !next) return;
    this.queuedBytes -= next.length;
    this.controller?.enqueue(next);
  }

  private cut(): void {
    this.end();
    this.controller?.error();
    this.connection.cut();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.queue.length = 0;
    this.resume?.();
    this.ended(this);
  }
}
