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

/** The longest runs of pieces below `count` that `wanted` says yes to, in order. */
export function rangesWhere(count: number, wanted: (piece: number) => boolean): PieceRange[] {
  const runs: PieceRange[] = [];
  for (let piece = 0; piece < count; piece++) {
    if (!wanted(piece)) continue;
    const last = runs.at(-1);
    if (last?.end === piece) last.end += 1;
    else runs.push({ start: piece, end: piece + 1 });
  }
  return runs;
}
