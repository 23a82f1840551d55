import { type Cancel, type Clock, NOTHING_TO_CANCEL, systemClock } from "../clock.ts";
import { beatOf } from "./beat.ts";
import { releaseCode } from "./mapped-files.ts";

/** Milliseconds between two checks. */
export const CHECK_INTERVAL_MS = 6000;
/** A process that uses a smaller part of a processor than this has nothing to do. */
const BUSY_PART = 0.02;
/** Milliseconds of a processor after which there is garbage that is worth it. */
const WORTHWHILE_MS = 300;
/** Checks after which code is given back once more: the first time, the engine still compiles what is used now and then. */
const CODE_CHECKS = 5;

export interface RestDeps {
  readonly clock: Clock;
  /** Milliseconds of a processor that this process has used. */
  cpuMs(): number;
  /** Gives memory back that nothing uses any more. */
  collectGarbage(): void;
  /** The same of the program's code, which is had again when it is used. Takes a moment. */
  releaseCode(): void;
}

/** Has memory given back when work is over: the runtime itself does so only when it needs more. */
export class Rest {
  private cancel: Cancel = NOTHING_TO_CANCEL;
  private checkedAt = 0;
  /** What was used at the last check, and when memory was given back the last time. */
  private usedMs = 0;
  private givenAtMs = Number.NEGATIVE_INFINITY;
  /** Checks since code was given back. */
  private checks = 0;

  constructor(private readonly deps: RestDeps) {}

  start(): void {
    const { clock, cpuMs } = this.deps;
    this.checkedAt = clock.now();
    this.usedMs = cpuMs();
    this.cancel = beatOf(clock).every(CHECK_INTERVAL_MS, () => this.check());
  }

  stop(): void {
    this.cancel();
  }

  private check(): void {
    const { clock, cpuMs, collectGarbage, releaseCode } = this.deps;
    const [now, used] = [clock.now(), cpuMs()];
    const isBusy = used - this.usedMs >= (now - this.checkedAt) * BUSY_PART;
    this.checkedAt = now;
    this.usedMs = used;
    this.checks += 1;
    if (isBusy) return;
    const isWorthwhile = used - this.givenAtMs >= WORTHWHILE_MS;
    if (isWorthwhile) collectGarbage();
    if (isWorthwhile || this.checks >= CODE_CHECKS) {
      releaseCode();
      this.checks = 0;
    }
    // With what that has taken.
    this.usedMs = cpuMs();
    if (isWorthwhile) this.givenAtMs = this.usedMs;
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
    collectGarbage: () => Bun.gc(true),
    releaseCode,
  });
}
