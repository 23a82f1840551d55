import { type Cancel, type Clock, every } from "../platform/clock.ts";
import { beatOf } from "../platform/process/beat.ts";

/** Milliseconds between two ticks while something waits for them. */
const BUSY_MS = 500;
/** The same while nothing does: together with what sessions do at regular times, so that it wakes nobody. */
export const REST_MS = 2000;

export interface TicksDeps {
  readonly clock: Clock;
  /** Does what is due. */
  tick(): void;
  /** Whether something is to be done at a time that comes soon. */
  isBusy(): boolean;
}

/** When the central looks for what is due: often while there is something that waits, else now and then. */
export class Ticks {
  private cancelRest: Cancel | null = null;
  private cancelBusy: Cancel | null = null;

  constructor(private readonly deps: TicksDeps) {}

  start(): void {
    this.cancelRest = beatOf(this.deps.clock).every(REST_MS, () => {
      if (!this.cancelBusy) this.run();
    });
    this.changed();
  }

  /** Something may wait now. */
  changed(): void {
    if (!this.cancelRest || this.cancelBusy || !this.deps.isBusy()) return;
    this.cancelBusy = every(this.deps.clock, BUSY_MS, () => this.run());
  }

  stop(): void {
    this.cancelRest?.();
    this.cancelRest = null;
    this.calm();
  }

  private run(): void {
    this.deps.tick();
    if (this.deps.isBusy()) this.changed();
    else this.calm();
  }

  private calm(): void {
    this.cancelBusy?.();
    this.cancelBusy = null;
  }
}
