import { type Cancel, type Clock, systemClock } from "../clock.ts";
import { beatOf } from "./beat.ts";
import { releaseCode } from "./mapped-files.ts";

/** Milliseconds between two looks. */
export const LOOK_MS = 6000;
/** A process that uses a smaller part of a processor than this has nothing to do. */
const BUSY_PART = 0.02;
/** Milliseconds of a processor after which there is something to give back. */
const WORTHWHILE_MS = 300;

export interface RestDeps {
  readonly clock: Clock;
  /** Milliseconds of a processor that this process has used. */
  cpuMs(): number;
  /** Gives memory back that nothing uses any more. */
  giveBack(): void;
}

/** Has memory given back when work is over: the runtime itself does so only when it needs more. */
export class Rest {
  private cancel: Cancel = () => {};
  private lookedAt = 0;
  /** What was used at the last look, and when memory was given back the last time. */
  private usedMs = 0;
  private givenAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: RestDeps) {}

  start(): void {
    const { clock, cpuMs } = this.deps;
    this.lookedAt = clock.now();
    this.usedMs = cpuMs();
    this.cancel = beatOf(clock).every(LOOK_MS, () => this.look());
  }

  stop(): void {
    this.cancel();
  }

  private look(): void {
    const { clock, cpuMs, giveBack } = this.deps;
    const [now, used] = [clock.now(), cpuMs()];
    const isBusy = used - this.usedMs >= (now - this.lookedAt) * BUSY_PART;
    this.lookedAt = now;
    this.usedMs = used;
    if (isBusy || used - this.givenAtMs < WORTHWHILE_MS) return;
    giveBack();
    // With what that has taken.
    this.usedMs = cpuMs();
    this.givenAtMs = this.usedMs;
  }
}

/** That of this process. */
export function restOfProcess(): Rest {
  return new Rest({
    clock: systemClock,
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    giveBack() {
      Bun.gc(true);
      releaseCode();
    },
  });
}
