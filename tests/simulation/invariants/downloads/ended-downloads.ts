import type { Download } from "../../cluster/clients/downloads.ts";

/** Tells of each download once that it has ended. It looks at those alone that were running: it is asked after each event. */
export class EndedDownloads {
  private running: Download[] = [];
  /** How many of all it has seen. */
  private seen = 0;

  constructor(private readonly all: readonly Download[]) {}

  /** Those that have ended since it was asked before, in the order of their beginnings. */
  take(): readonly Download[] {
    if (this.seen < this.all.length) {
      this.running.push(...this.all.slice(this.seen));
      this.seen = this.all.length;
    }
    if (this.running.every(isRunning)) return [];
    const ended = this.running.filter((download) => !isRunning(download));
    this.running = this.running.filter(isRunning);
    return ended;
  }
}

function isRunning({ state }: Download): boolean {
  return state === "running";
}
