import { createHasher, HASH_BYTES, hash } from "../../../../src/platform/hash.ts";
import { pieceCount, pieceLength, versionId } from "../../../../src/protocol/versions/version.ts";
import type { Content } from "../../world/disk/file-system/content.ts";
import { takeBytes } from "../../world/memory.ts";
import { SeededRandom } from "../../world/random.ts";

/** Bytes between two places that say of which content they are. */
const BLOCK_BYTES = 64 * 1024;
const BLOCK = new SeededRandom(1).bytes(BLOCK_BYTES);

/**
 * The bytes of content number `serial`: no other number has the same, from three bytes on. Each block of it begins with
 * the number, so that a mixture of two contents is neither of them.
 */
export function makeContent(serial: number, size: number): Uint8Array {
  const bytes = takeBytes(size);
  const stamp = Buffer.from([serial & 0xff, (serial >> 8) & 0xff, (serial >> 16) & 0xff]);
  for (let start = 0; start < size; start += BLOCK_BYTES) {
    bytes.set(BLOCK.subarray(0, size - start), start);
    bytes.set(stamp.subarray(0, size - start), start);
  }
  return bytes;
}

/** The id that the program gives to a version with these bytes. */
export function idOf(bytes: Uint8Array): string {
  return idOfPieces(bytes.length, (start, end) => hash(bytes.subarray(start, end)));
}

function idOfPieces(size: number, hashOfPiece: (start: number, end: number) => Uint8Array): string {
  const count = pieceCount(size);
  const hashes = new Uint8Array(count * HASH_BYTES);
  for (let piece = 0, start = 0; piece < count; piece++) {
    const end = start + pieceLength(size, piece);
    hashes.set(hashOfPiece(start, end), piece * HASH_BYTES);
    start = end;
  }
  return versionId(size, hashes);
}

const hasher = createHasher();
/** Ids that were made already, and of how often changed contents. */
const known = new WeakMap<Content, { readonly changes: number; readonly id: string }>();

/** The id of a file's content: a file is asked for it much more often than it is changed. */
export function idOfContent(content: Content): string {
  const before = known.get(content);
  if (before?.changes === content.changes) return before.id;
  const id = idOfPieces(content.size, (start, end) => {
    content.eachRun(start, end, (bytes) => hasher.update(bytes));
    return hasher.digest();
  });
  known.set(content, { changes: content.changes, id });
  return id;
}
