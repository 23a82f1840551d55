import type { BackoffTimes } from "../../protocol/timing.ts";

/**
 * Waits between tries. Each is twice as long as the one before, up to a limit, and is shortened by up to half at random:
 * clients that lost the same server do not come back at the same moment ("equal jitter", AWS Architecture Blog, 2015).
 */
export class Backoff {
  private tries = 0;

  constructor(private readonly times: BackoffTimes) {}

  /** Milliseconds until the next try. `fraction` is a random number, at least 0 and less than 1. */
  next(fraction: number): number {
    const { firstMs, longestMs } = this.times;
    const whole = Math.min(longestMs, firstMs * 2 ** Math.min(this.tries, 30));
    this.tries += 1;
    return whole * (0.5 + fraction / 2);
  }

  /** A try has succeeded: the next wait is the first one again. */
  reset(): void {
    this.tries = 0;
  }
}
