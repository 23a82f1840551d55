/** Milliseconds over which a rate is averaged. */
const MEMORY = 1000;
/** Milliseconds of idleness after which a rate says nothing any more. */
const FORGET = 5000;

/**
 * How fast a source delivers while something is asked of it. An exponential average over about a second, which sinks by
 * itself while bytes are due and do not come.
 */
export class Meter {
  private average: number | null = null;
  private bytes = 0;
  /** Since when `bytes` are counted; null while nothing is due. */
  private since: number | null = null;
  /** When bytes came last, or became due. */
  private heard = 0;
  /** When bytes were last due. */
  private stopped = Number.NEGATIVE_INFINITY;

  /** Bytes are due from now on. */
  start(now: number): void {
    if (this.since !== null) return;
    if (now - this.stopped >= FORGET) this.average = null;
    this.since = now;
    this.heard = now;
  }

  /** Nothing is due any more. */
  stop(now: number): void {
    this.fold(now, 0);
    this.since = null;
    this.stopped = now;
  }

  received(bytes: number, now: number): void {
    this.bytes += bytes;
    this.heard = now;
    this.fold(now, 50);
  }

  /** Bytes for each millisecond; null until it is known. */
  rate(now: number): number | null {
    if (this.since === null) return now - this.stopped < FORGET ? this.average : null;
    const elapsed = now - this.since;
    if (elapsed <= 0) return this.average;
    const current = this.bytes / elapsed;
    if (this.average === null) return this.bytes > 0 && elapsed >= 10 ? current : null;
    // A gap of a few milliseconds between two chunks says nothing; one of a second says all.
    const weight = 1 - Math.exp(-elapsed / MEMORY);
    return this.average + (current - this.average) * weight;
  }

  /** Milliseconds for which bytes have been due without any coming. */
  silence(now: number): number {
    return this.since === null ? 0 : now - this.heard;
  }

  private fold(now: number, least: number): void {
    if (this.since === null || now - this.since < least) return;
    this.average = this.rate(now);
    this.since = now;
    this.bytes = 0;
  }
}
