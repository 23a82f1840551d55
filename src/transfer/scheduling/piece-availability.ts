import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import { equalRanges } from "../../protocol/versions/piece-range.ts";
import { invariant } from "./invariant.ts";
import type { Partition } from "./partition.ts";
import { PartitionShare } from "./partition-share.ts";
import { MISSING, type PieceStates } from "./piece-states.ts";

/** What a source that has the whole file is to be asked for while others have some of it. */
export type UnheldPiece =
  /** A missing piece that no partial source has. `own`: it is in this copy's share. */
  | { readonly kind: "piece"; readonly piece: number; readonly own: boolean }
  /** Nothing now: the pieces that no partial source has are on their way to other copies. */
  | { readonly kind: "wait" }
  /** There is no such piece. */
  | { readonly kind: "none" };

type CanBeAsked = (piece: number) => boolean;

/**
 * How many partial sources hold each piece. "Unheld" is a missing piece that none of them holds.
 *
 * A full source is asked for unheld pieces, a partial one for its rarest. Copies that run at the same time share the
 * unheld pieces between them, so that each piece leaves a full source once: each copy fetches its own share, from its
 * end to its beginning, and another one's only when that is late. Sans-I/O.
 */
export class PieceAvailability {
  private readonly holderCounts: Uint16Array;
  private partialSources = 0;
  private partition: Partition = { parts: 1, part: 0 };
  private ownShare: PartitionShare;
  private otherShares: PartitionShare[] = [];
  /**
   * The pieces are gone through backward from before this one, so that sources that hold the first ones are met last.
   */
  private start = 0;
  /** Since when this copy's own share is done. */
  private waitingSince: number | null = null;

  constructor(private readonly pieces: PieceStates) {
    this.holderCounts = new Uint16Array(pieces.count);
    this.ownShare = new PartitionShare({ start: 0, end: pieces.count });
  }

  /** The download begins at piece `start`. A partition has a beginning of its own. */
  begin(start: number): void {
    if (!this.isPartitioned) this.start = start;
  }

  /** Whether somebody has some of the file, or soon will. */
  get hasPartialSources(): boolean {
    return this.partialSources > 0 || this.isPartitioned;
  }

  /** Whether other secondaries copy the file at the same time. */
  get isPartitioned(): boolean {
    return this.otherShares.length > 0;
  }

  /** Whether full sources are reserved for unheld pieces. */
  get reservesFullSources(): boolean {
    if (!this.isPartitioned) return false;
    return this.ownShare.unheldMissing > 0 || this.otherShares.some(({ unheldMissing }) => unheldMissing > 0);
  }

  setPartition(partition: Partition): void {
    const { parts, part } = partition;
    if (parts === this.partition.parts && part === this.partition.part) return;
    const shares = equalRanges(this.pieces.count, parts).map((range) => new PartitionShare(range));
    const own = shares[part];
    if (!own) return;
    this.partition = partition;
    this.ownShare = own;
    // Each copy that is done helps another one first.
    this.otherShares = [...shares.slice(0, part).reverse(), ...shares.slice(part + 1).reverse()];
    this.start = own.range.end;
    this.waitingSince = null;
    for (let piece = 0; piece < this.pieces.count; piece++) if (this.isUnheld(piece)) this.countUnheld(piece, 1);
  }

  /** `holds`: its pieces; null for a full source. */
  addSource(holds: Bitmap | null): void {
    if (!holds) return;
    this.partialSources += 1;
    for (const piece of holds) this.addHolder(piece);
  }

  removeSource(holds: Bitmap | null): void {
    if (!holds) return;
    this.partialSources -= 1;
    for (const piece of holds) {
      this.holderCounts[piece] = (this.holderCounts[piece] ?? 0) - 1;
      if (this.isUnheld(piece)) this.countUnheld(piece, 1);
    }
  }

  /** A partial source holds one more piece. */
  pieceAdded(piece: number, now: number): void {
    if (this.holderCounts[piece] === 0) this.shareOf(piece).pieceHeld(now);
    this.addHolder(piece);
  }

  /** A piece has become missing, or is not missing any more. */
  missingChanged(piece: number, missing: boolean): void {
    if (this.holderCounts[piece] === 0) this.countUnheld(piece, missing ? 1 : -1);
  }

  /** The missing piece that the fewest hold, among those that a partial source can be asked for. */
  rarest(canBeAsked: CanBeAsked): number | null {
    let best: number | null = null;
    let fewest = Number.POSITIVE_INFINITY;
    for (let step = 1; step <= this.pieces.count && fewest > 1; step++) {
      const piece = this.pieceBackward(step);
      const holders = this.holderCounts[piece] ?? 0;
      if (!this.pieces.is(piece, MISSING) || holders >= fewest || !canBeAsked(piece)) continue;
      best = piece;
      fewest = holders;
    }
    return best;
  }

  /** What a full source can be asked for. `restMs`: how long everything that is still to come takes. */
  nextUnheld(canBeAsked: CanBeAsked, restMs: number, now: number): UnheldPiece {
    const own = this.ownUnheld(canBeAsked);
    if (own !== null) return { kind: "piece", piece: own, own: true };
    this.waitingSince ??= now;
    let waiting = false;
    for (const share of this.otherShares) {
      if (share.unheldMissing === 0) continue;
      waiting = true;
      if (!share.isLate(restMs, this.waitingSince, now)) continue;
      const piece = this.unheldOf(share, canBeAsked);
      if (piece !== null) return { kind: "piece", piece, own: false };
    }
    return { kind: waiting ? "wait" : "none" };
  }

  /** Compares every counter with the states of the pieces and with what the sources hold. For tests. */
  assertConsistent(sources: Iterable<{ readonly holds: Bitmap | null }>): void {
    const holders = new Uint16Array(this.pieces.count);
    let partial = 0;
    for (const { holds } of sources) {
      if (holds) partial += 1;
      for (const piece of holds ?? []) holders[piece] = (holders[piece] ?? 0) + 1;
    }
    invariant(
      partial === this.partialSources,
      () => `there are ${partial} partial sources, not ${this.partialSources}`,
    );
    const wrong = holders.findIndex((count, piece) => count !== this.holderCounts[piece]);
    invariant(wrong < 0, () => `${holders[wrong]} sources hold piece ${wrong}, not ${this.holderCounts[wrong]}`);
    for (const { range, unheldMissing } of [this.ownShare, ...this.otherShares]) {
      let unheld = 0;
      for (let piece = range.start; piece < range.end; piece++) if (this.isUnheld(piece)) unheld += 1;
      invariant(
        unheld === unheldMissing,
        () => `${unheld} pieces from ${range.start} are unheld, not ${unheldMissing}`,
      );
    }
  }

  /** A piece of another copy's share. Each copy that helps begins at another place of it. */
  private unheldOf({ range }: PartitionShare, canBeAsked: CanBeAsked): number | null {
    const { part, parts } = this.partition;
    const length = range.end - range.start;
    const offset = Math.floor((length * part) / parts);
    for (let step = 0; step < length; step++) {
      const piece = range.start + ((offset + step) % length);
      if (this.isUnheld(piece) && canBeAsked(piece)) return piece;
    }
    return null;
  }

  private ownUnheld(canBeAsked: CanBeAsked): number | null {
    const { unheldMissing, range } = this.ownShare;
    if (unheldMissing === 0) return null;
    for (let step = 1; step <= range.end - range.start; step++) {
      const piece = this.pieceBackward(step);
      if (this.isUnheld(piece) && canBeAsked(piece)) return piece;
    }
    return null;
  }

  private pieceBackward(step: number): number {
    return (this.start - step + this.pieces.count) % this.pieces.count;
  }

  private isUnheld(piece: number): boolean {
    return this.holderCounts[piece] === 0 && this.pieces.is(piece, MISSING);
  }

  private addHolder(piece: number): void {
    if (this.isUnheld(piece)) this.countUnheld(piece, -1);
    this.holderCounts[piece] = (this.holderCounts[piece] ?? 0) + 1;
  }

  private countUnheld(piece: number, change: 1 | -1): void {
    this.shareOf(piece).unheldMissing += change;
  }

  private shareOf(piece: number): PartitionShare {
    if (this.ownShare.contains(piece)) return this.ownShare;
    return this.otherShares.find((share) => share.contains(piece)) ?? this.ownShare;
  }
}
