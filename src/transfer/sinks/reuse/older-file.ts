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
  /** What was found when it was read; null: it was not. */
  readonly read: ReadPieces | null;
}

/** What the pieces of a file had when it was read. */
export interface ReadPieces {
  /** It was cut into pieces as a file of so many bytes is, whatever its own length. */
  readonly cutAs: number;
  /** Of each piece, 32 bytes. */
  readonly hashes: Uint8Array;
}

/** Bytes from which on a version is looked for in a file that was not read: a smaller one comes while the hasher begins. */
export const MIN_UNREAD_BYTES = 4 * MIB;

/** The hashes of an older file that can be compared with those of a version; null: there are none. */
export function comparableHashes(
  { read }: Pick<OlderFile, "read">,
  { size }: Pick<Version, "size">,
): Uint8Array | null {
  // Longer files are cut into longer pieces, whose hashes say nothing of others.
  return read && pieceSize(read.cutAs) === pieceSize(size) ? read.hashes : null;
}

/** Whether to look for pieces of a version in an older file: one piece comes as soon as the older one is read. */
export function isWorthReading(older: Pick<OlderFile, "size" | "read">, version: Pick<Version, "size">): boolean {
  const { size } = version;
  if (comparableHashes(older, version) === null && size < MIN_UNREAD_BYTES) return false;
  return pieceCount(size) > 1 && older.size >= pieceSize(size);
}

/**
 * The pieces of a version, by its hashes, that an older file may have at the same places. A pure function. Where the file
 * was read that is known; otherwise it is all that lie within it. Content that has moved to another place is not found.
 */
export function reusablePieces(older: Pick<OlderFile, "size" | "read">, version: Version, hashes: Uint8Array): Bitmap {
  const { size } = version;
  const pieces = new Bitmap(pieceCount(size));
  const known = comparableHashes(older, version);
  const cutAs = older.read?.cutAs ?? 0;
  for (let piece = 0; piece < pieces.length; piece++) {
    const length = pieceLength(size, piece);
    if (piece * pieceSize(size) + length > older.size) break;
    // The last piece of a shorter version may be the beginning of one that was read, whose hash does not say that.
    const isKnown = known !== null && pieceLength(cutAs, piece) === length;
    if (!isKnown || bytesEqual(pieceHash(known, piece), pieceHash(hashes, piece))) pieces.add(piece);
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
