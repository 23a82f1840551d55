import { bytesEqual } from "../../platform/hash.ts";
import { pieceCount, pieceHash } from "../../protocol/versions/version.ts";

/** The first piece whose hash is another one; null where the hashes are of files of different sizes. */
export function differingPiece(expected: Uint8Array | null, found: Uint8Array, size: number): number | null {
  if (expected?.length !== found.length) return null;
  for (let piece = 0; piece < pieceCount(size); piece++) {
    if (!bytesEqual(pieceHash(expected, piece), pieceHash(found, piece))) return piece;
  }
  return null;
}
