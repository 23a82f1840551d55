/** Milliseconds without a source after which a version that nobody new will have is given up. */
const SUPERSEDED_TIMEOUT_MS = 2000;

/** How long a download goes on without a sign of life. Pure; times in milliseconds. */
export class StallTimeout {
  /** When a byte came last, or there was hope of one. */
  private lastProgress: number;
  /** Sources that became ready since: one that does so again and again gives hope once. */
  private readonly readySinceProgress = new Set<number>();

  constructor(
    now: number,
    private readonly limitMs: number,
  ) {
    this.lastProgress = now;
  }

  /** Bytes come, or somebody who may know of sources is there again. */
  reset(now: number): void {
    this.lastProgress = now;
    this.readySinceProgress.clear();
  }

  /** A source is ready to deliver. */
  sourceReady(source: number, now: number): void {
    if (!this.readySinceProgress.has(source)) this.lastProgress = now;
    this.readySinceProgress.add(source);
  }

  /** Why the download is to be given up; null while it may go on. `lost`: nobody has its version, or ever will. */
  expiredBecause(now: number, lost: boolean): string | null {
    const silence = now - this.lastProgress;
    if (lost && silence >= SUPERSEDED_TIMEOUT_MS) {
      return "it was replaced or removed while it was being downloaded; ask again for the version of now";
    }
    if (silence < this.limitMs) return null;
    return `no secondary has delivered anything for ${Math.round(this.limitMs / 1000)} s`;
  }
}
