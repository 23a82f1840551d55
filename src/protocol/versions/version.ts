import { bytesEqual, HASH_BYTES, hash, hex } from "../../platform/hash.ts";
import { NO_BYTES } from "../../platform/memory.ts";
import { MIB } from "../../platform/units.ts";

/** Bytes of a piece; long files have pieces of 2, 4, 8 … times this length. */
const SMALLEST_PIECE = MIB;
/** Most pieces of a file. */
export const MAX_PIECES = 16_384;
/** Largest file in bytes, so that sizes and positions are exact as numbers. */
export const MAX_SIZE = 2 ** 50;

/** What a version of a file is: its size in bytes and its id, 64 hexadecimal digits. */
export interface Version {
  readonly id: string;
  readonly size: number;
}

/** Bytes in each piece but the last of a file of `size` bytes: a power of two, at least 1 MiB, at most 16,384 pieces. */
export function pieceSize(size: number): number {
  let piece = SMALLEST_PIECE;
  while (piece * MAX_PIECES < size) piece *= 2;
  return piece;
}

/** Number of pieces of a file of `size` bytes; none for an empty file. */
export function pieceCount(size: number): number {
  return Math.ceil(size / pieceSize(size));
}

/** Bytes in piece `index` of a file of `size` bytes. */
export function pieceLength(size: number, index: number): number {
  const whole = pieceSize(size);
  return Math.min(whole, size - index * whole);
}

const PREAMBLE = Buffer.from("redes-version-1");

/**
 * The plain BLAKE3 of a whole file, as 64 hexadecimal digits, from the hashes of its pieces: known where it has one piece
 * or none. Null for longer files, since a piece is hashed as if nothing were before it.
 */
export function plainHash(size: number, hashes: Uint8Array): string | null {
  if (size === 0) return hex(hash(NO_BYTES));
  return pieceCount(size) === 1 ? hex(hashes) : null;
}

/**
 * The id of a version: BLAKE3 over "redes-version-1", the size and the piece size as 64-bit big-endian integers, and
 * the 32-byte BLAKE3 hash of every piece, in order.
 */
export function versionId(size: number, hashes: Uint8Array): string {
  // In one call: a hasher for each of 100,000 small files takes longer than the hashing.
  const bytes = Buffer.allocUnsafe(PREAMBLE.length + 16 + hashes.length);
  PREAMBLE.copy(bytes);
  const numbers = bytes.writeBigUInt64BE(BigInt(size), PREAMBLE.length);
  bytes.set(hashes, bytes.writeBigUInt64BE(BigInt(pieceSize(size)), numbers));
  return hex(hash(bytes));
}

/** Whether `hashes`, 32 bytes for each piece, are those of `version`. */
export function hashesMatch(version: Version, hashes: Uint8Array): boolean {
  return hashes.length === pieceCount(version.size) * HASH_BYTES && versionId(version.size, hashes) === version.id;
}

/** The 32-byte hash of piece `index`. */
export function pieceHash(hashes: Uint8Array, index: number): Uint8Array {
  return hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}

/** Whether `bytes` are piece `index` of a file with these piece hashes. */
export function pieceMatches(hashes: Uint8Array, index: number, bytes: Uint8Array): boolean {
  return bytesEqual(hash(bytes), pieceHash(hashes, index));
}
