import type { ChaosLog } from "./log.ts";

/** A broken invariant, and how it shows. */
export interface Break {
  readonly invariant: string;
  readonly details: string;
}

/** Gathers what is broken. The first break ends a run, so that its evidence is fresh. */
export class Verdict {
  readonly breaks: Break[] = [];
  /** Resolves with the first break. */
  readonly firstBreak: Promise<Break>;
  private tellFirst: (first: Break) => void = () => {};

  constructor(private readonly log: ChaosLog) {
    this.firstBreak = new Promise((resolve) => {
      this.tellFirst = resolve;
    });
  }

  broken(invariant: string, details: string): void {
    this.log.line("BROKEN", `${invariant}: ${details}`);
    const found = { invariant, details };
    this.breaks.push(found);
    this.tellFirst(found);
  }

  /** `broken` unless it holds. */
  require(holds: boolean, invariant: string, details: string): void {
    if (!holds) this.broken(invariant, details);
  }
}
