/**
 * Milliseconds over which a rate is averaged. With 1500 the worst of 150 simulated downloads from disturbed links
 * takes 25 % longer than it could, since a source that has become slow is believed to be fast; with 600 it takes 2 %
 * longer.
 */
const AVERAGING_MS = 600;
/** Over so many of its pauses it is averaged at least. */
const PAUSES_AVERAGED = 4;
/**
 * Milliseconds of idleness after which a rate is forgotten: other users of the link may have come or gone meanwhile.
 */
const RATE_EXPIRY_MS = 5000;
/**
 * Shortest sample in milliseconds. Chunks arrive in bursts, so the gap between two of them says nothing about the rate.
 */
const MIN_SAMPLE_MS = 50;
/**
 * Milliseconds after which a pause between two arrivals has lost two thirds of what it says about the next one: who else uses
 * the source, or this machine, comes and goes.
 */
const PAUSE_MEMORY_MS = 3000;
/** Milliseconds of a pause that is believed to be usual, at most: one that was away for longer is not expected to be again. */
const MAX_USUAL_PAUSE_MS = 2000;
/** Shortest first sample in milliseconds: a rough rate is better than none when a small file is divided. */
const MIN_FIRST_SAMPLE_MS = 10;

/**
 * How fast a source delivers while something is requested of it. At first the mean of all there is, then an exponential
 * average; it sinks by itself while bytes are outstanding and do not come. The round trip before the first byte is not
 * counted: a source that was idle is not slow. Sans-I/O.
 */
export class RateEstimator {
  private average: number | null = null;
  /** Milliseconds that the average is made of, at most {@link AVERAGING_MS}. */
  private averagedMs = 0;
  private sampleBytes = 0;
  /** Since when `sampleBytes` are counted; null while nothing is outstanding. */
  private sampleStart: number | null = null;
  /** When bytes came last, or were requested first. */
  private lastByteAt = 0;
  /** The same, with no regard to whether anybody looked. */
  private seenAt = 0;
  private longestPause = 0;
  /** When bytes were last outstanding. */
  private stoppedAt = Number.NEGATIVE_INFINITY;

  /** Bytes are outstanding. When none were, the first ones can be here a round trip later. */
  start(now: number, roundTrip: number): void {
    if (this.sampleStart !== null) return;
    if (now - this.stoppedAt >= RATE_EXPIRY_MS) {
      this.average = null;
      this.averagedMs = 0;
    }
    this.sampleStart = now + roundTrip;
    this.lastByteAt = now;
    this.seenAt = now;
    this.sampleBytes = 0;
  }

  /** Nothing is outstanding any more. */
  stop(now: number): void {
    this.closeSample(now, MIN_FIRST_SAMPLE_MS);
    this.sampleStart = null;
    this.stoppedAt = now;
  }

  received(bytes: number, now: number): void {
    this.sampleBytes += bytes;
    if (this.sampleStart !== null) {
      this.notePause(now - Math.max(this.seenAt, this.sampleStart));
      this.sampleStart = Math.min(this.sampleStart, now);
    }
    this.lastByteAt = now;
    this.seenAt = now;
    this.closeSample(now, MIN_SAMPLE_MS);
  }

  /** For so many milliseconds up to now nobody has looked whether bytes have come. */
  processPaused(milliseconds: number, now: number): void {
    this.lastByteAt = Math.min(now, this.lastByteAt + milliseconds);
  }

  /** Bytes for each millisecond; null until it is known. */
  rate(now: number): number | null {
    if (this.sampleStart === null) return now - this.stoppedAt < RATE_EXPIRY_MS ? this.average : null;
    const elapsed = now - this.sampleStart;
    if (elapsed < (this.average === null ? MIN_FIRST_SAMPLE_MS : MIN_SAMPLE_MS)) return this.average;
    const current = this.sampleBytes / elapsed;
    if (this.average === null) return this.sampleBytes > 0 ? current : null;
    // As long as it is young every millisecond of it weighs the same.
    const weight = Math.max(1 - Math.exp(-elapsed / this.averagingMs), elapsed / (elapsed + this.averagedMs));
    return this.average + (current - this.average) * weight;
  }

  /** The rate as it was when bytes came last: what it is as long as the silence since then means nothing. */
  rateBeforeSilence(now: number): number | null {
    return this.rate(this.sampleStart === null ? now : Math.max(this.lastByteAt, this.sampleStart));
  }

  /**
   * Milliseconds for which nothing comes now and then although bytes are due: a source sends to others as well, or this machine
   * has no time to look.
   */
  get usualPause(): number {
    return this.longestPause;
  }

  /** Milliseconds for which bytes have been outstanding without any coming. */
  silence(now: number): number {
    return this.sampleStart === null ? 0 : now - this.lastByteAt;
  }

  private notePause(pause: number): void {
    const before = this.longestPause * Math.exp(-pause / PAUSE_MEMORY_MS);
    this.longestPause = Math.min(MAX_USUAL_PAUSE_MS, Math.max(pause, before));
  }

  /** The longer it is quiet between two arrivals, the less does each of them say. */
  private get averagingMs(): number {
    return Math.max(AVERAGING_MS, PAUSES_AVERAGED * this.usualPause);
  }

  private closeSample(now: number, least: number): void {
    if (this.sampleStart === null || now - this.sampleStart < least) return;
    this.average = this.rate(now);
    if (this.average !== null) this.averagedMs = Math.min(this.averagingMs, this.averagedMs + now - this.sampleStart);
    this.sampleStart = now;
    this.sampleBytes = 0;
  }
}
