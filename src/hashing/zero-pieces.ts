import { bytesEqual } from "../platform/hash.ts";
import { Bitmap } from "../protocol/versions/bitmap.ts";
import { pieceCount, pieceHash, pieceLength, pieceSize, type Version } from "../protocol/versions/version.ts";
import { zeroHashInTurns } from "./zero-hash.ts";

/**
 * The pieces of a version that hold nothing but zeros. Their hash is known, so that nobody need send them, and a file
 * that is sparse stays so.
 */
export async function zeroPieces({ size }: Pick<Version, "size">, hashes: Uint8Array): Promise<Bitmap> {
  const count = pieceCount(size);
  const zeros = new Bitmap(count);
  if (count === 0) return zeros;
  const last = await zeroHashInTurns(pieceLength(size, count - 1));
  if (bytesEqual(pieceHash(hashes, count - 1), last)) zeros.add(count - 1);
  if (count === 1) return zeros;
  const zero = await zeroHashInTurns(pieceSize(size));
  for (let piece = 0; piece < count - 1; piece++) if (bytesEqual(pieceHash(hashes, piece), zero)) zeros.add(piece);
  return zeros;
}
