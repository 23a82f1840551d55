import type { Reach } from "../../../platform/disk/disk.ts";
import { bytesEqual } from "../../../platform/hash.ts";
import { MIB } from "../../../platform/units.ts";
import { Bitmap } from "../../../protocol/versions/bitmap.ts";
import { pieceCount, pieceHash, pieceLength, pieceSize, type Version } from "../../../protocol/versions/version.ts";

/** A file on this disk in whose place a version is to come. Some of its pieces may be those of the version. */
export interface OlderFile {
  readonly path: string;
  readonly reach: Reach;
  /** Its bytes, as far as is known: it may change at any time. */
  readonly size: number;
  /** The hashes that its pieces had when it was read, 32 bytes for each; null: it was not read. */
  readonly hashes: Uint8Array | null;
}

/** Bytes from which on a version is looked for in a file that was not read: a smaller one comes while the hasher begins. */
export const MIN_UNREAD_BYTES = 4 * MIB;

/** Whether to look for pieces of a version in an older file: one piece comes as soon as the older one is read. */
export function isWorthReading(older: Pick<OlderFile, "size" | "hashes">, { size }: Pick<Version, "size">): boolean {
  if (older.hashes === null && size < MIN_UNREAD_BYTES) return false;
  return pieceCount(size) > 1 && older.size >= pieceSize(size);
}

/**
 * The pieces of a version, by its hashes, that an older file may have at the same places. A pure function. Where the file
 * was read that is known; otherwise it is all that lie within it. Content that has moved to another place is not found.
 */
export function reusablePieces(
  older: Pick<OlderFile, "size" | "hashes">,
  { size }: Version,
  hashes: Uint8Array,
): Bitmap {
  const pieces = new Bitmap(pieceCount(size));
  // Longer files are cut into longer pieces, whose hashes say nothing of others.
  const known = pieceSize(older.size) === pieceSize(size) ? older.hashes : null;
  for (let piece = 0; piece < pieces.length; piece++) {
    if (piece * pieceSize(size) + pieceLength(size, piece) > older.size) break;
    if (known === null || bytesEqual(pieceHash(known, piece), pieceHash(hashes, piece))) pieces.add(piece);
  }
  return pieces;
}

/** Pieces that are looked at first where nothing is known of an older file, and how many there must be for that. */
const SAMPLED_PIECES = 16;
const MIN_SAMPLED_FROM = 64;

/**
 * Some of these pieces, spread over all of them: where none of these is right, the others are not worth reading. Empty
 * where they are few.
 */
export function sampleOf(pieces: Bitmap): Bitmap {
  const sample = new Bitmap(pieces.length);
  if (pieces.size < MIN_SAMPLED_FROM) return sample;
  const step = pieces.size / SAMPLED_PIECES;
  let index = 0;
  for (let piece = 0; piece < pieces.length; piece++) {
    if (!pieces.has(piece)) continue;
    if (index === Math.floor((sample.size + 0.5) * step)) sample.add(piece);
    index += 1;
  }
  return sample;
}
