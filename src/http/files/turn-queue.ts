import type { Clock } from "../../platform/clock.ts";

/**
 * Shares a thread out between work that keeps it busy and all else that it has to do: sockets, timers. Work is done at
 * once until the turn is over; what comes after that waits, in the order in which it came, for turns of the same length,
 * between which everything else has its own.
 */
export class TurnQueue {
  private readonly waiting: (() => void)[] = [];
  /** Milliseconds on the steady clock. */
  private start: number;

  /** `length`: milliseconds; the work that is under way then is done to its end. */
  constructor(
    private readonly clock: Pick<Clock, "now" | "nextTurn">,
    private readonly length: number,
  ) {
    this.start = clock.now();
  }

  /** Whether work may be done now without waiting for a turn. */
  get isFree(): boolean {
    return this.waiting.length === 0 && !this.isOver;
  }

  /** Does it now or in a later turn. It does not throw. */
  run(work: () => void): void {
    if (this.isFree) work();
    else if (this.waiting.push(work) === 1) this.clock.nextTurn(() => this.begin());
  }

  private get isOver(): boolean {
    return this.clock.now() - this.start >= this.length;
  }

  private begin(): void {
    this.start = this.clock.now();
    let done = 0;
    while (done < this.waiting.length && !this.isOver) {
      this.waiting[done]?.();
      done += 1;
    }
    this.waiting.splice(0, done);
    if (this.waiting.length > 0) this.clock.nextTurn(() => this.begin());
  }
}
