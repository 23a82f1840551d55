/** Milliseconds between two ticks. */
export const TICK_INTERVAL_MS = 100;
/** Milliseconds between two ticks after which this process itself counts as held up. */
const LATE_TICK_MS = 2000;
/** Milliseconds that a tick is late without being so: a busy event loop. */
const USUAL_DELAY_MS = 50;

/** Notices that this process was held up: stopped, or starved of its processor. Sans-I/O; times in milliseconds. */
export class ProcessPauses {
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

  /** For how long nobody has looked at what has come, or 0 while ticks come in time. */
  lateBy(now: number): number {
    const late = now - this.lastTick - TICK_INTERVAL_MS;
    return late > USUAL_DELAY_MS ? late : 0;
  }

  /** To be called every {@link TICK_INTERVAL_MS}. Gives for how long the process has not been held up. */
  tick(now: number): number {
    if (now - this.lastTick >= LATE_TICK_MS) this.since = now;
    this.lastTick = now;
    return now - this.since;
  }
}
