import type { Bitmap } from "../protocol/versions/bitmap.ts";
import { rangesWhere } from "../protocol/versions/piece-range.ts";
import { pieceCount, pieceSize } from "../protocol/versions/version.ts";

/** Bytes of a file that lie between two holes, or between a hole and an end of the file. */
export interface Extent {
  readonly position: number;
  readonly length: number;
}

/** The stretches of a file that hold something, where its pieces of zeros are holes. */
export class Extents {
  /** By piece; null: there is one, the whole file. */
  private readonly byPiece: readonly Extent[] | null;
  private readonly whole: Extent;

  constructor(size: number, zeros: Bitmap) {
    this.whole = { position: 0, length: size };
    this.byPiece = zeros.size === 0 ? null : extentsBetween(size, zeros);
  }

  /** The one that a piece is in, which is not one of zeros. */
  of(piece: number): Extent {
    return this.byPiece?.[piece] ?? this.whole;
  }
}

function extentsBetween(size: number, zeros: Bitmap): Extent[] {
  const piece = pieceSize(size);
  const extents = new Array<Extent>(pieceCount(size));
  for (const { start, end } of rangesWhere(pieceCount(size), (index) => !zeros.has(index))) {
    const position = start * piece;
    extents.fill({ position, length: Math.min(end * piece, size) - position }, start, end);
  }
  return extents;
}
