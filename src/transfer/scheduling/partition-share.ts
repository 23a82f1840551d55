import type { PieceRange } from "../../protocol/versions/piece-range.ts";

/**
 * Another copy's share is late when it takes longer than 1.5 times what this copy still needs for everything else,
 * and a second: rates are measured too roughly for a smaller difference to mean anything, and fetching it twice costs a
 * full source the bandwidth that another copy waits for.
 */
const LATE_FACTOR = 1.5;
const LATE_MARGIN_MS = 1000;

/** A part of the file that one of several copies fetches for all of them, and how fast it does so. Sans-I/O. */
export class PartitionShare {
  /** How many of its pieces are missing here and held by no other copy. */
  unheldMissing = 0;
  private heldCount = 0;
  private firstHeldAt = 0;
  private lastHeldAt = 0;

  constructor(readonly range: PieceRange) {}

  contains(piece: number): boolean {
    return this.range.start <= piece && piece < this.range.end;
  }

  /** One of its pieces has its first holder. */
  pieceHeld(now: number): void {
    if (this.heldCount === 0) this.firstHeldAt = now;
    this.heldCount += 1;
    this.lastHeldAt = now;
  }

  /**
   * Whether its copy is late with it. This copy needs `restMs` for everything else, and has been waiting for the
   * shares of others since `waitingSince`.
   */
  isLate(restMs: number, waitingSince: number, now: number): boolean {
    const msPerPiece = this.heldCount > 1 ? (this.lastHeldAt - this.firstHeldAt) / (this.heldCount - 1) : 0;
    const silence = now - (this.heldCount > 0 ? this.lastHeldAt : waitingSince);
    return this.unheldMissing * Math.max(msPerPiece, silence) > LATE_FACTOR * restMs + LATE_MARGIN_MS;
  }
}
