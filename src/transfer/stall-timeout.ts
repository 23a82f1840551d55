import { type Sentence, say } from "../sentences/sentence.ts";

/**
 * Milliseconds without a source after which a version that nobody new will have is given up: long enough for a source
 * that is reconnected to, and no longer, since waiting is of no use.
 */
const SUPERSEDED_TIMEOUT_MS = 2000;

/**
 * Milliseconds for which this machine may be the one that is busy: between two answers of a slow disk many other files may be
 * read, and one that hangs must not be waited for for ever.
 */
const BUSY_HERE_TIMEOUT_MS = 600_000;

/**
 * Times in a row that what a source sent may turn out to be of no use. What it sends then is no progress until a piece is
 * verified, or a source that sends wrong bytes each time that it is tried again would keep a download waiting for ever.
 */
const MAX_WASTED = 3;

/** Ends a download to which no source has sent anything of use for long. Sans-I/O; times in milliseconds. */
export class StallTimeout {
  /** When a byte came last, or the timeout was reset. */
  private lastProgress: number;
  /** Sources that have become ready since then: one that does so again and again resets the timeout once. */
  private readonly readySinceProgress = new Set<number>();
  /** How often in a row each source has sent something of no use. */
  private readonly wasted = new Map<number, number>();

  constructor(
    now: number,
    private readonly limitMs: number,
  ) {
    this.lastProgress = now;
  }

  /** A piece is verified, or somebody is connected again who may know of sources. */
  reset(now: number): void {
    this.wasted.clear();
    this.progress(now);
  }

  /** Bytes have come, which may be right. */
  bytesReceived(source: number, now: number): void {
    if ((this.wasted.get(source) ?? 0) < MAX_WASTED) this.progress(now);
  }

  /** What a source sent was wrong, or it was gone in the middle of it. */
  bytesWasted(source: number): void {
    this.wasted.set(source, (this.wasted.get(source) ?? 0) + 1);
  }

  /** A source is ready to deliver. */
  sourceReady(source: number, now: number): void {
    if (!this.readySinceProgress.has(source)) this.lastProgress = now;
    this.readySinceProgress.add(source);
  }

  /**
   * Why the download is to be given up; null while it may go on. `lost`: nobody has its version, nor will have it. `busyHere`:
   * no source can be asked for anything, since what is on the disk here is still looked at.
   */
  expiredBecause(
    now: number,
    { lost, busyHere }: { readonly lost: boolean; readonly busyHere: boolean },
  ): Sentence | null {
    const silence = now - this.lastProgress;
    if (busyHere) {
      if (silence < Math.max(this.limitMs, BUSY_HERE_TIMEOUT_MS)) return null;
      return say("the disk here has not answered for {seconds} s", { seconds: Math.round(silence / 1000) });
    }
    if (lost && silence >= SUPERSEDED_TIMEOUT_MS) {
      return say("it was replaced or removed while it was being downloaded; ask again for the version of now");
    }
    if (silence < this.limitMs) return null;
    return say("no secondary has delivered anything for {seconds} s", { seconds: Math.round(this.limitMs / 1000) });
  }

  private progress(now: number): void {
    this.lastProgress = now;
    this.readySinceProgress.clear();
  }
}
