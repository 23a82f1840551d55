/** What is wrong with a way that packets take. */
export interface Impairment {
  /** No packet gets through. */
  readonly blocked?: boolean;
  /** Milliseconds that each packet takes longer. */
  readonly delayMs?: number;
  /** Most bytes in a millisecond. */
  readonly bytesPerMs?: number;
}

/** What is wrong with a way at the moment: any number of faults, each of which begins and ends by itself. */
export class Impairments {
  private readonly current = new Set<Impairment>();
  blocked = false;
  delayMs = 0;
  bytesPerMs = Number.POSITIVE_INFINITY;

  /** From now on, until what is returned is called. */
  add(impairment: Impairment): () => void {
    // A copy: the same fault may be there twice.
    const one = { ...impairment };
    this.current.add(one);
    this.sumUp();
    return () => {
      if (this.current.delete(one)) this.sumUp();
    };
  }

  private sumUp(): void {
    this.blocked = false;
    this.delayMs = 0;
    this.bytesPerMs = Number.POSITIVE_INFINITY;
    for (const { blocked = false, delayMs = 0, bytesPerMs } of this.current) {
      this.blocked ||= blocked;
      this.delayMs += delayMs;
      this.bytesPerMs = Math.min(this.bytesPerMs, bytesPerMs ?? Number.POSITIVE_INFINITY);
    }
  }
}
