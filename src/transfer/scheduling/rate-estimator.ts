/** Milliseconds over which a rate is averaged. */
const MEMORY = 600;
/** Milliseconds of idleness after which a rate says nothing any more. */
const FORGET = 5000;
/** Least milliseconds that make a sample: the gap between two chunks says nothing. */
const SAMPLE = 50;
/** Least milliseconds after which a first rate is told. */
const FIRST_SAMPLE = 10;

/**
 * How fast a source delivers while something is asked of it. The mean of what there is at first, then an exponential
 * average, which sinks by itself while bytes are due and do not come. The round trip before the first byte is not
 * counted: a source that was idle is not slow.
 */
export class Meter {
  private average: number | null = null;
  /** Milliseconds that the average is made of, up to the memory. */
  private age = 0;
  private bytes = 0;
  /** Since when `bytes` are counted; null while nothing is due. */
  private since: number | null = null;
  /** When bytes came last, or became due. */
  private heard = 0;
  /** When bytes were last due. */
  private stopped = Number.NEGATIVE_INFINITY;

  /** Bytes are due: the first ones were asked for now and can be here a round trip later. */
  start(now: number, roundTrip: number): void {
    if (this.since !== null) return;
    if (now - this.stopped >= FORGET) {
      this.average = null;
      this.age = 0;
    }
    this.since = now + roundTrip;
    this.heard = now;
    this.bytes = 0;
  }

  /** Nothing is due any more. */
  stop(now: number): void {
    this.fold(now, FIRST_SAMPLE);
    this.since = null;
    this.stopped = now;
  }

  received(bytes: number, now: number): void {
    this.bytes += bytes;
    this.heard = now;
    if (this.since !== null && now < this.since) this.since = now;
    this.fold(now, SAMPLE);
  }

  /** Bytes for each millisecond; null until it is known. */
  rate(now: number): number | null {
    if (this.since === null) return now - this.stopped < FORGET ? this.average : null;
    const elapsed = now - this.since;
    if (elapsed < (this.average === null ? FIRST_SAMPLE : SAMPLE)) return this.average;
    const current = this.bytes / elapsed;
    if (this.average === null) return this.bytes > 0 ? current : null;
    // As long as it is young every millisecond of it weighs the same.
    const weight = Math.max(1 - Math.exp(-elapsed / MEMORY), elapsed / (elapsed + this.age));
    return this.average + (current - this.average) * weight;
  }

  /** Milliseconds for which bytes have been due without any coming. */
  silence(now: number): number {
    return this.since === null ? 0 : now - this.heard;
  }

  private fold(now: number, least: number): void {
    if (this.since === null || now - this.since < least) return;
    this.average = this.rate(now);
    if (this.average !== null) this.age = Math.min(MEMORY, this.age + now - this.since);
    this.since = now;
    this.bytes = 0;
  }
}
