import type { Download } from "../../cluster/clients/downloads.ts";

const NONE: readonly Download[] = [];

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
    if (areAllRunning(this.running)) return NONE;
    const ended = this.running.filter((download) => !isRunning(download));
    this.running = this.running.filter(isRunning);
    return ended;
  }
}

/** After most events they are. */
function areAllRunning(downloads: readonly Download[]): boolean {
  for (let place = 0; place < downloads.length; place++) if (downloads[place]?.state !== "running") return false;
  return true;
}

function isRunning({ state }: Download): boolean {
  return state === "running";
}
