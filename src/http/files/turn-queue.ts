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

  /** Resolves with what the work gives, or rejects with what it throws. */
  take<T>(work: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const run = () => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    };
    if (this.isFree) run();
    else if (this.waiting.push(run) === 1) this.clock.nextTurn(() => this.begin());
    return promise;
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
