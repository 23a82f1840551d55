const MIB = 1024 * 1024;
/** Turns after which everything that is loaded, compiled or kept once is there. */
const WARM_UP_TURNS = 20;
/** Between two measurements: they collect garbage, which takes a while. */
const TURNS_BETWEEN = 20;
/** More than this over what the process had when it was warm is a leak: garbage collectors keep tens of MiB for later. */
const MAX_GROWTH_MIB = 150;

/** Whether this process grows with the inputs that it has seen. */
export class MemoryWatch {
  private turns = 0;
  private warm = 0;
  private now = 0;

  /** "" where nothing was measured. */
  get summary(): string {
    return this.warm === 0 ? "" : `memory: ${this.warm} MiB when warm, ${this.now} MiB in the end`;
  }

  /** To be called after each turn; what is wrong, or null. */
  check(): string | null {
    this.turns += 1;
    if (this.turns < WARM_UP_TURNS || this.turns % TURNS_BETWEEN !== 0) return null;
    Bun.gc(true);
    this.now = Math.round(process.memoryUsage.rss() / MIB);
    if (this.warm === 0) this.warm = this.now;
    return this.now > this.warm + MAX_GROWTH_MIB ? `memory has grown from ${this.warm} to ${this.now} MiB` : null;
  }
}
