/** Milliseconds without a byte after which whoever looks on is told what is waited for: most pauses of a busy disk or line are over by then. */
export const NOTICED_SILENCE_MS = 2000;

/** For how long nothing of what is due has come. Sans-I/O; times in milliseconds. */
export class Silence {
  private since = Number.POSITIVE_INFINITY;

  /** Bytes have come, or from now on they are due. */
  broken(now: number): void {
    this.since = now;
  }

  /** Whether it lasts so long that it is to be told. */
  isNoticed(now: number): boolean {
    return now - this.since >= NOTICED_SILENCE_MS;
  }
}
