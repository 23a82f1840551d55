import type { Cancel, Clock } from "../../src/platform/clock.ts";

interface Timer {
  at: number;
  run: () => void;
}

/** What now() says at the beginning. Not 0, with which a wrong sum of times would look right. */
const START_MS = 5_000_000;

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  private time = START_MS;
  private readonly epoch: number;
  private timers: Timer[] = [];

  /** `epoch` is what wall() says at the beginning. */
  constructor(epoch = 1_700_000_000_000) {
    this.epoch = epoch;
  }

  now(): number {
    return this.time;
  }

  /** Milliseconds since the beginning. */
  get passed(): number {
    return this.time - START_MS;
  }

  wall(): number {
    return this.epoch + this.passed;
  }

  after(delay: number, run: () => void): Cancel {
    const timer = { at: this.time + Math.max(0, delay), run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  nextTurn(run: () => void): void {
    setImmediate(run);
  }

  /** How many calls are still to come. */
  get pending(): number {
    return this.timers.length;
  }

  /** Lets `ms` pass and makes the calls due, in the order of their times; calls due at the same time in the order of asking. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= end);
      const [first] = due.sort((left, right) => left.at - right.at);
      if (!first) break;
      this.timers = this.timers.filter((other) => other !== first);
      this.time = Math.max(this.time, first.at);
      first.run();
    }
    this.time = end;
  }
}

/** The clock of a thread whose calls come too late. */
export class LateClock extends FakeClock {
  /** Milliseconds for which it was busy with something else. */
  late = 0;

  override now(): number {
    return super.now() + this.late;
  }
}
