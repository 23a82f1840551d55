/** What holds pieces that may be given up. */
export interface PieceKeeper {
  /** Gives up a piece, where nobody needs it; says whether it did. */
  evict(piece: number): boolean;
}

interface KeptPiece {
  readonly keeper: PieceKeeper;
  readonly piece: number;
  readonly bytes: number;
}

/** All pieces that are kept for readers, by when they were last used. Sans-I/O. */
export class KeptPieces {
  /** By keeper and piece. */
  private readonly byKeeper = new Map<PieceKeeper, Map<number, KeptPiece>>();
  /** The one that was used longest ago first. */
  private readonly byUse = new Set<KeptPiece>();
  private total = 0;

  get bytes(): number {
    return this.total;
  }

  bytesOf(keeper: PieceKeeper): number {
    let bytes = 0;
    for (const kept of this.byKeeper.get(keeper)?.values() ?? []) bytes += kept.bytes;
    return bytes;
  }

  /** A piece is kept from now on, or is used again. */
  used(keeper: PieceKeeper, piece: number, bytes: number): void {
    let pieces = this.byKeeper.get(keeper);
    if (!pieces) {
      pieces = new Map();
      this.byKeeper.set(keeper, pieces);
    }
    const known = pieces.get(piece);
    const kept = known ?? { keeper, piece, bytes };
    if (known) this.byUse.delete(known);
    else this.total += bytes;
    pieces.set(piece, kept);
    this.byUse.add(kept);
  }

  /** A keeper and all its pieces are gone. */
  forget(keeper: PieceKeeper): void {
    for (const kept of this.byKeeper.get(keeper)?.values() ?? []) this.remove(kept);
    this.byKeeper.delete(keeper);
  }

  /** A keeper has lost a piece. */
  lost(keeper: PieceKeeper, piece: number): void {
    const kept = this.byKeeper.get(keeper)?.get(piece);
    if (kept) this.remove(kept);
  }

  /** Has pieces given up, the one that was used longest ago first, until no more than so many bytes are kept. */
  shrinkTo(bytes: number): void {
    for (const kept of this.byUse) {
      if (this.total <= bytes) return;
      if (kept.keeper.evict(kept.piece)) this.remove(kept);
    }
  }

  private remove(kept: KeptPiece): void {
    this.byUse.delete(kept);
    this.byKeeper.get(kept.keeper)?.delete(kept.piece);
    this.total -= kept.bytes;
  }
}
