import { bytesEqual } from "../platform/hash.ts";
import { Bitmap } from "../protocol/versions/bitmap.ts";
import type { PieceRange } from "../protocol/versions/piece-range.ts";
import { pieceCount, pieceHash, pieceLength, pieceSize, type Version } from "../protocol/versions/version.ts";
import { zeroHashing } from "./zero-hash.ts";

/** Hashes of whole pieces of zeros, by their length: a power of two, so that there are few. */
const wholes = new Map<number, Promise<Uint8Array>>();

/**
 * The pieces of a version that hold nothing but zeros. Their hash is known, so that nobody need send them, and a file
 * that is sparse stays so.
 */
export async function zeroPieces({ size }: Pick<Version, "size">, hashes: Uint8Array): Promise<Bitmap> {
  const count = pieceCount(size);
  const zeros = new Bitmap(count);
  if (count === 0) return zeros;
  const whole = pieceSize(size);
  const last = await (pieceLength(size, count - 1) === whole
    ? hashOfWhole(whole)
    : hashOf(pieceLength(size, count - 1)));
  if (bytesEqual(pieceHash(hashes, count - 1), last)) zeros.add(count - 1);
  if (count === 1) return zeros;
  const zero = await hashOfWhole(whole);
  for (let piece = 0; piece < count - 1; piece++) if (bytesEqual(pieceHash(hashes, piece), zero)) zeros.add(piece);
  return zeros;
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

function hashOfWhole(length: number): Promise<Uint8Array> {
  const known = wholes.get(length) ?? hashOf(length);
  wholes.set(length, known);
  return known;
}

/** The hash of so many zeros. Rejects with HashUnavailable. */
async function hashOf(length: number): Promise<Uint8Array> {
  const hashing = zeroHashing(length);
  let step = hashing.next();
  for (; !step.done; step = hashing.next()) await new Promise<void>((resolve) => setImmediate(resolve));
  return step.value;
}
