/**
 * Milliseconds for which a source that failed is asked only for files that no other source has: the first time, and at
 * most. A source that does not answer holds one of few copies for 20 s, so it is to be asked seldom.
 */
const MIN_BACKOFF_MS = 30_000;
const MAX_BACKOFF_MS = 300_000;

/** The sources of small files that failed a short time ago. Sans-I/O; times in milliseconds. */
export class SourceBackoff {
  private readonly failures = new Map<number, { readonly until: number; readonly backoffMs: number }>();

  /** A source ended a connection before it had sent all files that it was asked for. The next time it is for longer. */
  recordFailure(number: number, now: number): void {
    const backoffMs = Math.min(MAX_BACKOFF_MS, 2 * (this.failures.get(number)?.backoffMs ?? MIN_BACKOFF_MS / 2));
    this.failures.set(number, { until: now + backoffMs, backoffMs });
  }

  /** A source sent all files that it was asked for. */
  recordSuccess(number: number): void {
    this.failures.delete(number);
  }

  isBackedOff(number: number, now: number): boolean {
    return (this.failures.get(number)?.until ?? now) > now;
  }
}
