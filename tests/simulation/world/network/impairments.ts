/** Ends a fault. Calling it twice does nothing. */
export type EndFault = () => void;

/** What is wrong with a way that packets take. */
export interface Impairment {
  /** Of the packets, the part that is lost: 1, and nothing gets through. */
  readonly loss?: number;
  /** Milliseconds that each packet takes longer. */
  readonly delayMs?: number;
  /** Most bytes in a millisecond. */
  readonly bytesPerMs?: number;
}

export const BLOCKED: Impairment = { loss: 1 };

/** What is wrong with a way at the moment: any number of faults, each of which begins and ends by itself. */
export class Impairments {
  private readonly current = new Set<Impairment>();
  /** The part of the packets that gets through. */
  passing = 1;
  delayMs = 0;
  bytesPerMs = Number.POSITIVE_INFINITY;

  add(impairment: Impairment): EndFault {
    // A copy: the same fault may be there twice.
    const one = { ...impairment };
    this.current.add(one);
    this.sumUp();
    return () => {
      if (this.current.delete(one)) this.sumUp();
    };
  }

  private sumUp(): void {
    this.passing = 1;
    this.delayMs = 0;
    this.bytesPerMs = Number.POSITIVE_INFINITY;
    for (const { loss = 0, delayMs = 0, bytesPerMs } of this.current) {
      this.passing *= 1 - loss;
      this.delayMs += delayMs;
      this.bytesPerMs = Math.min(this.bytesPerMs, bytesPerMs ?? Number.POSITIVE_INFINITY);
    }
  }
}

/** Faults of one kind that a thing has at the moment, each of some strength; they add up. */
export class Strengths {
  total = 0;

  add(strength: number): EndFault {
    this.total += strength;
    let lasts = true;
    return () => {
      if (lasts) this.total -= strength;
      lasts = false;
    };
  }
}
