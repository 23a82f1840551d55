/** Which piece is in which of the places of a file that are all as long as a piece. Sans-I/O. */
export class Slots {
  private readonly byPiece = new Map<number, number>();
  private readonly spare: number[] = [];
  private count = 0;

  /** The slot of a piece, which has one from the first call on. */
  of(piece: number): number {
    const known = this.byPiece.get(piece);
    if (known !== undefined) return known;
    const slot = this.spare.pop() ?? this.count++;
    this.byPiece.set(piece, slot);
    return slot;
  }

  /** The slot of the piece is another one's from now on. */
  free(piece: number): void {
    const slot = this.byPiece.get(piece);
    if (slot === undefined) return;
    this.byPiece.delete(piece);
    this.spare.push(slot);
  }
}
