/** Notices that something does not go on, by checks at regular times. Sans-I/O. */
export class StallWatch {
  private progress: number | null = null;
  private since = 0;
  private checkedAt = Number.NEGATIVE_INFINITY;

  /** `limitMs`: milliseconds without progress; `intervalMs`: between two checks. */
  constructor(
    private readonly limitMs: number,
    private readonly intervalMs: number,
  ) {}

  /** Whether it has stalled for too long. `progress`: another number whenever it has gone on. */
  check(progress: number, now: number): boolean {
    // A late check means that this process itself was suspended.
    const late = now - this.checkedAt > 2 * this.intervalMs;
    this.checkedAt = now;
    if (progress !== this.progress || late) this.since = now;
    this.progress = progress;
    return now - this.since >= this.limitMs;
  }
}
