/** Pieces from `start` up to, but not including, `end`. */
export interface PieceRange {
  start: number;
  end: number;
}

/** Divides `count` pieces into ranges of equal length. Some are empty when there are fewer pieces than `parts`. */
export function equalRanges(count: number, parts: number): PieceRange[] {
  return Array.from({ length: parts }, (_, part) => ({
    start: Math.floor((count * part) / parts),
    end: Math.floor((count * (part + 1)) / parts),
  }));
}
