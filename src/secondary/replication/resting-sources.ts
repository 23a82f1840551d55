/** Milliseconds for which a source that failed is asked only where there is no other: the first time, and at most. */
const FIRST_REST = 30_000;
const LONGEST_REST = 300_000;

/** Sources of small files that lately failed. Pure; times in milliseconds. */
export class RestingSources {
  private readonly failed = new Map<number, { until: number; rest: number }>();

  /** A source ended a bundle before it had given all that it was asked for. */
  fail(number: number, now: number): void {
    const rest = Math.min(LONGEST_REST, 2 * (this.failed.get(number)?.rest ?? FIRST_REST / 2));
    this.failed.set(number, { until: now + rest, rest });
  }

  /** It gave all that it was asked for. */
  succeed(number: number): void {
    this.failed.delete(number);
  }

  has(number: number, now: number): boolean {
    return (this.failed.get(number)?.until ?? now) > now;
  }
}
