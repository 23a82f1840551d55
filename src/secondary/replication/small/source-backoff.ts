/** Milliseconds for which a source that failed is asked only where there is no other: the first time, and at most. */
const MIN_BACKOFF_MS = 30_000;
const MAX_BACKOFF_MS = 300_000;

/** Sources of small files that lately failed. Pure; times in milliseconds. */
export class SourceBackoff {
  private readonly failed = new Map<number, { until: number; rest: number }>();

  /** A source ended a bundle before it had given all that it was asked for. */
  recordFailure(number: number, now: number): void {
    const rest = Math.min(MAX_BACKOFF_MS, 2 * (this.failed.get(number)?.rest ?? MIN_BACKOFF_MS / 2));
    this.failed.set(number, { until: now + rest, rest });
  }

  /** It gave all that it was asked for. */
  recordSuccess(number: number): void {
    this.failed.delete(number);
  }

  isBackedOff(number: number, now: number): boolean {
    return (this.failed.get(number)?.until ?? now) > now;
  }
}
