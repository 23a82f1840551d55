/** Pieces of work, of well under 0.1 ms each, after which others get their turn. */
const TURN = 64;

/**
 * Lets timers and sockets have their turn during long work. Awaiting the disk is not enough: answers from the page cache
 * come faster than they are taken, and the event loop takes all that are there before it looks at anything else.
 * Counted, not timed, so that a run with fake time does the same every time.
 */
export class Breather {
  private count = 0;
  private breath: Promise<void> | null = null;

  /** To be awaited before each piece of work; all who share the work share the breath. */
  async breathe(): Promise<void> {
    this.count += 1;
    if (!this.breath) {
      if (this.count < TURN) return;
      this.breath = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.count = 0;
        this.breath = null;
      });
    }
    await this.breath;
  }
}
