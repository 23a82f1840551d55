/** Milliseconds between two ticks after which this process itself counts as held up. */
const LATE_TICK_MS = 2000;

/** Notices that this process was held up: stopped, or starved of its processor. Sans-I/O; times in milliseconds. */
export class HoldUp {
  private lastTick: number;
  private since: number;

  constructor(now: number) {
    this.lastTick = now;
    this.since = now;
  }

  /** Ticks come regularly from now on. */
  begin(now: number): void {
    this.lastTick = now;
  }

  /** To be called a few times a second. Gives for how long the process has not been held up. */
  tick(now: number): number {
    if (now - this.lastTick >= LATE_TICK_MS) this.since = now;
    this.lastTick = now;
    return now - this.since;
  }
}
