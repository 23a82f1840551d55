import type { BackoffTimes } from "../../protocol/timing.ts";

/**
 * Growing waits between tries: doubled each time up to a limit, each shortened by up to half at random so that those
 * who lost the same server do not come back in the same instant ("equal jitter", AWS Architecture Blog, 2015).
 */
export class Backoff {
  private tries = 0;

  constructor(private readonly times: BackoffTimes) {}

  /** Milliseconds to wait before the next try; `fraction` is a random number from 0 up to 1. */
  next(fraction: number): number {
    const { firstMs, longestMs } = this.times;
    const whole = Math.min(longestMs, firstMs * 2 ** Math.min(this.tries, 30));
    this.tries += 1;
    return whole * (0.5 + fraction / 2);
  }

  /** The last try went well. */
  reset(): void {
    this.tries = 0;
  }
}
