/**
 * Growing waits between tries: doubled each time up to a limit, each shortened by up to half at random so that those
 * who lost the same server do not come back in the same instant ("equal jitter", AWS Architecture Blog, 2015).
 */
export class Backoff {
  private tries = 0;

  /** `first` and `limit` in milliseconds. */
  constructor(
    private readonly first: number,
    private readonly limit: number,
  ) {}

  /** Milliseconds to wait before the next try; `fraction` is a random number from 0 up to 1. */
  next(fraction: number): number {
    const whole = Math.min(this.limit, this.first * 2 ** Math.min(this.tries, 30));
    this.tries += 1;
    return whole * (0.5 + fraction / 2);
  }

  /** The last try went well. */
  reset(): void {
    this.tries = 0;
  }
}
