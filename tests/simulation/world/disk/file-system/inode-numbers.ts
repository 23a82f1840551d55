/** The number of the first inode that is not the root. */
const FIRST = 3;

/** Gives inodes their numbers: that of one that is gone to the next new one, or each only once. */
export class InodeNumbers {
  private next = FIRST - 1;
  private free: number[] = [];

  constructor(private readonly reused: boolean) {}

  take(): number {
    const number = this.free.pop() ?? this.next;
    if (number === this.next) this.next += 1;
    return number;
  }

  giveBack(number: number): void {
    if (this.reused) this.free.push(number);
  }

  /** These and no others are in use. */
  restrict(inUse: ReadonlySet<number>): void {
    this.free = [];
    for (let number = this.next - 1; this.reused && number >= FIRST; number--)
      if (!inUse.has(number)) this.free.push(number);
  }

  /** A number that was never used. */
  fresh(): number {
    this.next += 1;
    return this.next - 1;
  }
}
