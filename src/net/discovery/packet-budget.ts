/** Messages of one sender that are looked at in each second; a machine with many services sends a few. */
const PER_SENDER = 100;
/** Senders that are heard in each second. */
const MAX_SENDERS = 64;

/** How many messages are still looked at: a flood of them must not take the time of everything else, nor keep others from being heard. Sans-I/O. */
export class PacketBudget {
  private second = Number.NEGATIVE_INFINITY;
  private readonly taken = new Map<string, number>();

  /** Whether a message that comes now, in milliseconds of a clock, is looked at. */
  take(now: number, sender: string): boolean {
    if (now - this.second >= 1000) {
      this.second = now;
      this.taken.clear();
    }
    const taken = this.taken.get(sender) ?? 0;
    if (taken >= PER_SENDER || (taken === 0 && this.taken.size >= MAX_SENDERS)) return false;
    this.taken.set(sender, taken + 1);
    return true;
  }
}
