/** Which sources' lanes may still write a piece. Pure. */
export class Writers {
  /** Sources by piece; no empty sets. */
  private readonly byPiece = new Map<number, Set<number>>();

  /** A piece was asked of a source. */
  add(piece: number, source: number): void {
    const sources = this.byPiece.get(piece);
    if (sources) sources.add(source);
    else this.byPiece.set(piece, new Set([source]));
  }

  /** Its lane has delivered the piece, could not, or has dropped it. */
  remove(piece: number, source: number): void {
    const sources = this.byPiece.get(piece);
    if (sources?.delete(source) && sources.size === 0) this.byPiece.delete(piece);
  }

  /** Its lane has ended. */
  removeAll(source: number): void {
    for (const piece of [...this.byPiece.keys()]) this.remove(piece, source);
  }

  /** How many pieces from the first on nobody writes any more, of those below `count`. */
  settled(count: number): number {
    if (count === 0) return 0;
    let settled = count;
    for (const piece of this.byPiece.keys()) if (piece < settled) settled = piece;
    return settled;
  }
}
