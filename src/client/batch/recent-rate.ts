/** Milliseconds over which a rate is averaged: files that are small come in bursts, and what is sent is taken in some. */
const AVERAGING_MS = 5000;

/** How fast something grows, over the last seconds in which it was looked at. Sans-I/O. */
export class RecentRate {
  /** How much there was when: all of these seconds, and the last one before. */
  private samples: { readonly at: number; readonly amount: number }[] = [];

  /** For each second. `amount`: how much there is now. */
  at(now: number, amount: number): number {
    const within = this.samples.findIndex(({ at }) => now - at < AVERAGING_MS);
    // Who looks less often than that has a rate as well.
    this.samples.splice(0, (within === -1 ? this.samples.length : within) - 1);
    this.samples.push({ at: now, amount });
    const [first = { at: now, amount }] = this.samples;
    const seconds = (now - first.at) / 1000;
    return seconds > 0 ? Math.max(0, amount - first.amount) / seconds : 0;
  }
}
