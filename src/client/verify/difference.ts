import { bytesEqual } from "../../platform/hash.ts";
import { rangesWhere } from "../../protocol/versions/piece-range.ts";
import { pieceCount, pieceHash, pieceLength, pieceSize, type Version } from "../../protocol/versions/version.ts";

/** Bytes of a file from `start` up to, but not including, `end`. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
}

/** What of a version a file has not, or not right, at its place. */
export interface Difference {
  readonly pieces: number;
  /** All pieces of the version. */
  readonly ofPieces: number;
  readonly bytes: number;
  readonly ranges: readonly FileRange[];
}

/** Compares the hashes of a version's pieces with those that a file has at the same places. A pure function. */
export function differenceOf({ size }: Pick<Version, "size">, expected: Uint8Array, found: Uint8Array): Difference {
  const ofPieces = pieceCount(size);
  const differs = (piece: number) => !bytesEqual(pieceHash(expected, piece), pieceHash(found, piece));
  let pieces = 0;
  let bytes = 0;
  const ranges = rangesWhere(ofPieces, differs).map(({ start, end }) => {
    pieces += end - start;
    const range = { start: start * pieceSize(size), end: (end - 1) * pieceSize(size) + pieceLength(size, end - 1) };
    bytes += range.end - range.start;
    return range;
  });
  return { pieces, ofPieces, bytes, ranges };
}
