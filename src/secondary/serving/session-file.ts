import type { Cancel, Clock } from "../../platform/clock.ts";
import type { PieceStore, ReadableVersion } from "./piece-store.ts";

/**
 * Milliseconds without a request after which a file is released: its descriptor counts against the limit of all
 * sessions.
 */
const IDLE_MS = 1000;

/** The file that one session reads, kept open from one request to the next. */
export class SessionFile {
  private file: { readonly id: string; readonly version: ReadableVersion } | null = null;
  /** Milliseconds on the steady clock: when the last request was answered; null while one is being answered. */
  private idleSince: number | null = null;
  private cancelIdleCheck: Cancel | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly pieces: Pick<PieceStore, "acquire" | "descriptorsScarce">,
  ) {}

  /** The file of version `id`; null when it is not here. Rejects with DiskError. */
  async acquire(id: string): Promise<ReadableVersion | null> {
    this.idleSince = null;
    if (this.file?.id === id) return this.file.version;
    this.release();
    const version = await this.pieces.acquire(id);
    if (version) this.file = { id, version };
    return version;
  }

  /** The next request is most likely on its way; if it is not, somebody else may need the descriptor. */
  releaseWhenIdle(): void {
    if (!this.file) return;
    this.idleSince = this.clock.now();
    // One timer serves many requests: when it fires, it compares the time of the last one.
    this.cancelIdleCheck ??= this.clock.after(IDLE_MS, () => this.checkIdle());
  }

  releaseIfScarce(): void {
    if (this.pieces.descriptorsScarce()) this.release();
  }

  /** `unreadable`: a read of it has failed. */
  release(unreadable = false): void {
    this.file?.version.release(unreadable);
    this.file = null;
  }

  /** The session is over, and nothing reads the file any more. */
  close(): void {
    this.cancelIdleCheck?.();
    this.release();
  }

  private checkIdle(): void {
    this.cancelIdleCheck = null;
    if (this.idleSince === null) return;
    const left = this.idleSince + IDLE_MS - this.clock.now();
    if (left <= 0 || this.pieces.descriptorsScarce()) this.release();
    else this.cancelIdleCheck = this.clock.after(left, () => this.checkIdle());
  }
}
