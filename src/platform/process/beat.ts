import type { Cancel, Clock } from "../clock.ts";

/** Calls in one turn of the event loop: a server may look after thousands of sessions. */
const MAX_CALLS_PER_TURN = 64;

interface Regular {
  readonly period: number;
  /** In milliseconds. */
  due: number;
  readonly run: () => void;
}

/**
 * Work that is done at regular times, when nothing depends on the moment: all that has the same period, or a multiple of
 * it, is done at the same time. So one timer serves all of it, and a process that has nothing to do is woken once instead
 * of many times.
 */
export class Beat {
  private readonly regulars = new Set<Regular>();
  private cancelTimer: Cancel | null = null;
  /** When the timer is due, in milliseconds. */
  private timerDue = Number.POSITIVE_INFINITY;

  constructor(private readonly clock: Pick<Clock, "now" | "after" | "nextTurn">) {}

  /** Calls `run` every `period` milliseconds until cancelled: the first time within the first period. */
  every(period: number, run: () => void): Cancel {
    const regular: Regular = { period, due: this.next(period), run };
    this.regulars.add(regular);
    this.schedule(regular.due);
    return () => {
      if (!this.regulars.delete(regular) || this.regulars.size > 0) return;
      this.cancelTimer?.();
      this.cancelTimer = null;
      this.timerDue = Number.POSITIVE_INFINITY;
    };
  }

  /** When a period is over that began together with all others. */
  private next(period: number, now = this.clock.now()): number {
    return (Math.floor(now / period) + 1) * period;
  }

  private schedule(due: number): void {
    if (due >= this.timerDue) return;
    this.cancelTimer?.();
    this.timerDue = due;
    this.cancelTimer = this.clock.after(due - this.clock.now(), () => this.beat(due));
  }

  private beat(expected: number): void {
    this.cancelTimer = null;
    this.timerDue = Number.POSITIVE_INFINITY;
    // The timer may be early by a part of a millisecond.
    const now = Math.max(expected, this.clock.now());
    const due = [...this.regulars].filter((regular) => regular.due <= now);
    // What came late is not done twice: what it looks at is looked at the next time.
    for (const regular of due) regular.due = this.next(regular.period, now);
    this.schedule(Math.min(...[...this.regulars].map((regular) => regular.due)));
    this.call(due);
  }

  private call(due: readonly Regular[]): void {
    for (const regular of due.slice(0, MAX_CALLS_PER_TURN)) if (this.regulars.has(regular)) regular.run();
    if (due.length > MAX_CALLS_PER_TURN) this.clock.nextTurn(() => this.call(due.slice(MAX_CALLS_PER_TURN)));
  }
}

const beats = new WeakMap<object, Beat>();

/** The one of a clock: of all that goes by it. */
export function beatOf(clock: Pick<Clock, "now" | "after" | "nextTurn">): Beat {
  const beat = beats.get(clock) ?? new Beat(clock);
  beats.set(clock, beat);
  return beat;
}
