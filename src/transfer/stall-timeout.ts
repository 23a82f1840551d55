/** Milliseconds without a source after which a version that nobody new will have is given up. */
const LAST_CHANCE = 2000;

/** How long a download goes on without a sign of life. Pure; times in milliseconds. */
export class Patience {
  /** When a byte came last, or there was hope of one. */
  private alive: number;
  /** Sources that became ready since: one that does so again and again gives hope once. */
  private readonly promising = new Set<number>();

  constructor(
    now: number,
    private readonly limit: number,
  ) {
    this.alive = now;
  }

  /** Bytes come, or somebody who may know of sources is there again. */
  renew(now: number): void {
    this.alive = now;
    this.promising.clear();
  }

  /** A source is ready to deliver. */
  promised(source: number, now: number): void {
    if (!this.promising.has(source)) this.alive = now;
    this.promising.add(source);
  }

  /** Why the download is to be given up; null while it may go on. `lost`: nobody has its version, or ever will. */
  over(now: number, lost: boolean): string | null {
    const silence = now - this.alive;
    if (lost && silence >= LAST_CHANCE) {
      return "it was replaced or removed while it was being downloaded; ask again for the version of now";
    }
    if (silence < this.limit) return null;
    return `no secondary has delivered anything for ${Math.round(this.limit / 1000)} s`;
  }
}
