/** Most versions that wait to be looked at, and most pieces of each. */
const MAX_WAITING = 64;
const MAX_PIECES = 16;
/** Milliseconds for which a version is not looked at again: found sound, and damaged where nothing can be done. */
const REST = 60_000;
const LONG_REST = 600_000;

export interface Suspicion {
  readonly id: string;
  /** The pieces that somebody got wrong from here. */
  readonly pieces: ReadonlySet<number>;
}

/**
 * What others say is damaged here: which version is to be looked at next, and none of them so often that accusations
 * could keep the disk busy. Pure.
 */
export class Suspicions {
  private readonly waiting = new Map<string, Set<number>>();
  /** By version, until when it is not looked at. */
  private readonly resting = new Map<string, number>();

  /** Somebody got a wrong piece from here. Says whether the version will be looked at for it. */
  add(id: string, piece: number, now: number): boolean {
    for (const [rested, until] of this.resting) if (until <= now) this.resting.delete(rested);
    if (this.resting.has(id)) return false;
    const pieces = this.waiting.get(id);
    if (pieces) return pieces.size < MAX_PIECES && !pieces.has(piece) && Boolean(pieces.add(piece));
    if (this.waiting.size >= MAX_WAITING) return false;
    this.waiting.set(id, new Set([piece]));
    return true;
  }

  /** The longest waiting; it rests from now on. */
  next(now: number): Suspicion | null {
    for (const [id, pieces] of this.waiting) {
      this.waiting.delete(id);
      this.resting.set(id, now + REST);
      return { id, pieces };
    }
    return null;
  }

  /** It is damaged and stays so: looking again soon would find the same. */
  hopeless(id: string, now: number): void {
    this.resting.set(id, now + LONG_REST);
  }
}
