import type { CancelTimer, PageClock } from "../api/page-clock.ts";

/** Milliseconds after an answer before the same is asked again: a cluster that copies changes all the time. */
const PAUSE_MS = 2000;

type QuestionPhase = "resting" | "asking" | "pausing" | "stopped";

/** Asks something whenever the answer may be another one: one question at a time, and not too often. */
export class PacedQuestion {
  private phase: QuestionPhase = "resting";
  private isWanted = false;
  private cancelPause: CancelTimer = () => {};

  constructor(
    private readonly clock: Pick<PageClock, "after">,
    private readonly ask: () => Promise<void>,
  ) {}

  /** The answer may be another one now. */
  want(): void {
    this.isWanted = true;
    if (this.phase === "resting") void this.run();
  }

  stop(): void {
    this.phase = "stopped";
    this.cancelPause();
  }

  private get isStopped(): boolean {
    return this.phase === "stopped";
  }

  private async run(): Promise<void> {
    this.phase = "asking";
    this.isWanted = false;
    await this.ask();
    if (this.isStopped) return;
    this.phase = "pausing";
    this.cancelPause = this.clock.after(PAUSE_MS, () => {
      this.phase = "resting";
      if (this.isWanted) this.want();
    });
  }
}
