/** Most versions that wait to be looked at, and most pieces of each. */
const MAX_QUEUED_VERSIONS = 64;
const MAX_PIECES_PER_VERSION = 16;
/** Milliseconds for which a version is not looked at again: found sound, and damaged where nothing can be done. */
const VERIFIED_PAUSE_MS = 60_000;
const UNREPAIRABLE_PAUSE_MS = 600_000;

export interface VerificationRequest {
  readonly id: string;
  /** The pieces that somebody got wrong from here. */
  readonly pieces: ReadonlySet<number>;
}

/**
 * What others say is damaged here: which version is to be looked at next, and none of them so often that accusations
 * could keep the disk busy. Pure.
 */
export class VerificationQueue {
  private readonly queued = new Map<string, Set<number>>();
  /** By version, until when it is not looked at. */
  private readonly pausedUntil = new Map<string, number>();

  /** Somebody got a wrong piece from here. Says whether the version will be looked at for it. */
  add(id: string, piece: number, now: number): boolean {
    for (const [rested, until] of this.pausedUntil) if (until <= now) this.pausedUntil.delete(rested);
    if (this.pausedUntil.has(id)) return false;
    const pieces = this.queued.get(id);
    if (pieces) return pieces.size < MAX_PIECES_PER_VERSION && !pieces.has(piece) && Boolean(pieces.add(piece));
    if (this.queued.size >= MAX_QUEUED_VERSIONS) return false;
    this.queued.set(id, new Set([piece]));
    return true;
  }

  /** The longest waiting; it rests from now on. */
  next(now: number): VerificationRequest | null {
    for (const [id, pieces] of this.queued) {
      this.queued.delete(id);
      this.pausedUntil.set(id, now + VERIFIED_PAUSE_MS);
      return { id, pieces };
    }
    return null;
  }

  /** It is damaged and stays so: looking again soon would find the same. */
  markUnrepairable(id: string, now: number): void {
    this.pausedUntil.set(id, now + UNREPAIRABLE_PAUSE_MS);
  }
}
