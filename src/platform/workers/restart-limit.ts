/** Restarts beyond which restarting does not help, in so many milliseconds. */
const MAX_RESTARTS = 5;
const PERIOD_MS = 60_000;

/** Bounds how often a thread that dies is started again. */
export class RestartLimit {
  /** When the last ones were, oldest first. */
  private readonly restarts: number[] = [];

  /** Whether a thread that died at `now` (milliseconds) may be started again. */
  allows(now: number): boolean {
    while (this.restarts[0] !== undefined && now - this.restarts[0] >= PERIOD_MS) this.restarts.shift();
    if (this.restarts.length >= MAX_RESTARTS) return false;
    this.restarts.push(now);
    return true;
  }
}
