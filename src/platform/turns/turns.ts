import type { Clock } from "../clock.ts";

/** How long one turn is: after so many steps it is over, if so many milliseconds have passed since it began. */
export interface TurnLength {
  readonly steps: number;
  readonly milliseconds: number;
}

/** Counted alone, not timed, so that a run with fake time does the same every time. */
export function countedTurns(steps: number): TurnLength {
  return { steps, milliseconds: 0 };
}

/**
 * Divides long work into turns, between which timers and sockets have theirs. To await the disk is not enough: answers from the page
 * cache come faster than they are taken, and the event loop takes all that are there before it looks at anything else.
 */
export class Turns {
  private steps = 0;
  private until: number;
  private others: Promise<void> | null = null;

  constructor(
    private readonly clock: Pick<Clock, "now" | "nextTurn">,
    private readonly length: TurnLength,
  ) {
    this.until = clock.now() + length.milliseconds;
  }

  /** Whether it is time to let others have their turn. */
  get isOver(): boolean {
    return this.clock.now() >= this.until;
  }

  /** A step is done. Gives whether it is time to let others have their turn. */
  step(): boolean {
    this.steps += 1;
    if (this.steps < this.length.steps) return false;
    this.steps = 0;
    return this.isOver;
  }

  /** Resolves once they have had it; all who do the same work wait together. */
  next(): Promise<void> {
    this.others ??= new Promise<void>((resolve) => this.clock.nextTurn(resolve)).then(() => {
      this.steps = 0;
      this.until = this.clock.now() + this.length.milliseconds;
      this.others = null;
    });
    return this.others;
  }

  /** To be awaited before each step. */
  async nextIfDue(): Promise<void> {
    if (this.others || this.step()) await this.next();
  }
}
