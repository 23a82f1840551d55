import type { Clock } from "../../../platform/clock.ts";

/** Milliseconds for which long work may occupy the main thread before everything else has its turn. */
const TURN_MS = 2;
/** Steps between two looks at the clock. */
const STEPS_PER_LOOK = 128;

/** Divides long work on the main thread into turns. */
export class Turns {
  private steps = 0;
  private until: number;

  constructor(private readonly clock: Pick<Clock, "now" | "nextTurn">) {
    this.until = clock.now() + TURN_MS;
  }

  /** Whether it is time to let others have their turn. */
  get isOver(): boolean {
    return this.clock.now() >= this.until;
  }

  /** A step is done. Gives whether it is time to let others have their turn. */
  step(): boolean {
    this.steps += 1;
    return this.steps % STEPS_PER_LOOK === 0 && this.isOver;
  }

  /** Resolves once they have had it. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => this.clock.nextTurn(resolve));
    this.until = this.clock.now() + TURN_MS;
  }
}
