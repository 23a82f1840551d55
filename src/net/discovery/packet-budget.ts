/** Messages that are looked at in each second; a network with many devices has a few. */
const PER_SECOND = 100;

/** How many messages are still looked at: a flood of them must not take the time of everything else. Sans-I/O. */
export class PacketBudget {
  private second = Number.NEGATIVE_INFINITY;
  private taken = 0;

  /** Whether a message that comes now, in milliseconds of a clock, is looked at. */
  take(now: number): boolean {
    if (now - this.second >= 1000) {
      this.second = now;
      this.taken = 0;
    }
    this.taken += 1;
    return this.taken <= PER_SECOND;
  }
}
