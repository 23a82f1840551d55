import type { Clock } from "../../platform/clock.ts";

/** Pieces of work, of well under 0.1 ms each, after which others get their turn. */
const STEPS_PER_TURN = 64;

/**
 * Lets timers and sockets have their turn during long work. Awaiting the disk is not enough: answers from the page cache
 * come faster than they are taken, and the event loop takes all that are there before it looks at anything else.
 * Counted, not timed, so that a run with fake time does the same every time.
 */
export class LoopYielder {
  private count = 0;
  private yielding: Promise<void> | null = null;

  constructor(private readonly clock: Pick<Clock, "nextTurn">) {}

  /** To be awaited before each piece of work; all who do the same work wait together. */
  async yieldIfDue(): Promise<void> {
    this.count += 1;
    if (!this.yielding) {
      if (this.count < STEPS_PER_TURN) return;
      this.yielding = new Promise<void>((resolve) => this.clock.nextTurn(resolve)).then(() => {
        this.count = 0;
        this.yielding = null;
      });
    }
    await this.yielding;
  }
}
