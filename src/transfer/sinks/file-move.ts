import { SentenceError } from "../../sentences/sentence-error.ts";
import type { FailedDownload } from "../download-spec.ts";
import type { Sink } from "./sink.ts";

/** All that writes to the file of a sink. */
export interface Writers {
  stopAll(): void;
  /** Whether none writes any more. */
  readonly allStopped: boolean;
}

export interface FileMoveEvents {
  /** What comes from now on goes to another file. */
  moved(): void;
  /** There is no other file. */
  failed(failure: FailedDownload): void;
}

/**
 * Has a sink with readers go on in another file when its disk fails. A connection writes to the file with which it has
 * begun, so all of them are ended first.
 */
export class FileMove {
  /** Why it moves; null while it does not. */
  private cause: FailedDownload | null = null;
  private isMoving = false;
  private moving: Promise<void> = Promise.resolve();

  constructor(
    private readonly sink: Pick<Sink, "reading">,
    private readonly writers: Writers,
    private readonly events: FileMoveEvents,
  ) {}

  /** Whether the sink may have another file. */
  get isPossible(): boolean {
    return this.sink.reading !== undefined;
  }

  /** Resolves when the sink is not moving. */
  get ended(): Promise<void> {
    return this.moving;
  }

  /** The disk has failed. Called again while it moves, it does nothing. */
  begin(cause: FailedDownload): void {
    this.cause ??= cause;
    this.writers.stopAll();
    this.writerStopped();
  }

  writerStopped(): void {
    const { cause } = this;
    if (cause === null || this.isMoving || !this.writers.allStopped) return;
    this.isMoving = true;
    this.moving = this.move(cause);
  }

  private async move(cause: FailedDownload): Promise<void> {
    const moved = await this.sink.reading?.move(new SentenceError(cause.message)).catch(() => false);
    this.cause = null;
    this.isMoving = false;
    if (moved) this.events.moved();
    else this.events.failed(cause);
  }
}
