/**
 * Most versions that are queued, and most pieces of each: a peer that reports without end takes no more memory than
 * this.
 */
const MAX_QUEUED_VERSIONS = 64;
const MAX_PIECES_PER_VERSION = 16;
/**
 * Milliseconds until a version is verified again: after a verification, so that false reports cannot keep the disk
 * busy; and longer for a damaged file that cannot be repaired, since reading it again would find the same.
 */
const VERIFIED_PAUSE_MS = 60_000;
const UNREPAIRABLE_PAUSE_MS = 600_000;

/** A version to verify. */
export interface VerificationRequest {
  readonly id: string;
  /** The pieces that were wrong when somebody received them from this secondary. */
  readonly pieces: ReadonlySet<number>;
}

/** Which version is to be verified next. Limits how often a version is read because of reports. Sans-I/O. */
export class VerificationQueue {
  private readonly queued = new Map<string, Set<number>>();
  /** By version, the time before which it is not verified again. */
  private readonly pausedUntil = new Map<string, number>();

  get size(): number {
    return this.queued.size;
  }

  /** Somebody received a wrong piece. Returns whether the version will be verified for it. */
  add(id: string, piece: number, now: number): boolean {
    for (const [rested, until] of this.pausedUntil) if (until <= now) this.pausedUntil.delete(rested);
    if (this.pausedUntil.has(id)) return false;
    const pieces = this.queued.get(id);
    if (pieces) return pieces.size < MAX_PIECES_PER_VERSION && !pieces.has(piece) && Boolean(pieces.add(piece));
    if (this.queued.size >= MAX_QUEUED_VERSIONS) return false;
    this.queued.set(id, new Set([piece]));
    return true;
  }

  /** The next report of the version is heeded, whatever came of the last verification. */
  endPause(id: string): void {
    this.pausedUntil.delete(id);
  }

  /** Removes and returns the version that has waited longest. Its pause begins now. */
  next(now: number): VerificationRequest | null {
    for (const [id, pieces] of this.queued) {
      this.queued.delete(id);
      this.pausedUntil.set(id, now + VERIFIED_PAUSE_MS);
      return { id, pieces };
    }
    return null;
  }

  /** The version is damaged, and no other secondary has it. */
  markUnrepairable(id: string, now: number): void {
    this.pausedUntil.set(id, now + UNREPAIRABLE_PAUSE_MS);
  }
}
