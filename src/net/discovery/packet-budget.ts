/** Messages of one sender that are looked at in each second, where honest ones send one or two; and of all. */
const [PER_SENDER, IN_ALL] = [20, 200];

/** How many messages are still looked at: a flood of them must not take the time of everything else, nor keep others from being heard. Sans-I/O. */
export class PacketBudget {
  private second = Number.NEGATIVE_INFINITY;
  private left = IN_ALL;
  private readonly consumed = new Map<string, number>();

  /** Whether a message that comes now, in milliseconds of a clock, is looked at. */
  consume(now: number, sender: string): boolean {
    if (now - this.second >= 1000) {
      this.second = now;
      this.left = IN_ALL;
      this.consumed.clear();
    }
    const consumed = this.consumed.get(sender) ?? 0;
    if (consumed >= PER_SENDER || this.left === 0) return false;
    this.left -= 1;
    this.consumed.set(sender, consumed + 1);
    return true;
  }
}
