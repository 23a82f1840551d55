import type { BlockingDisk } from "../platform/disk/disk.ts";
import { bytesEqual, HASH_BYTES } from "../platform/hash.ts";
import type { ReadBuffer } from "../platform/memory.ts";
import { pieceHash, pieceLength, pieceSize } from "../protocol/versions/version.ts";
import type { HashSlice, ReuseTarget } from "./hasher-messages.ts";
import { zeroHash } from "./zero-hash.ts";

/** Is given the bytes of pieces as they are read. */
export interface PieceConsumer {
  write(bytes: Uint8Array, position: number): void;
}

export interface ReuseTools {
  readonly disk: Pick<BlockingDisk, "write" | "startWriteback">;
  /** What was read last, up to its length. */
  readonly buffer: ReadBuffer;
}

/**
 * Writes those pieces of a slice into the target that are as they must be. `hashAll` reads all pieces of a slice, passes on
 * what it reads, and gives their hashes. Gives the hashes that the pieces have: one was written, and is right, if its hash
 * is. Pieces of zeros are left out: whoever wants them has them. Of a piece that is changed while it is read for writing something wrong may have been written. Throws DiskError.
 */
export function reusePieces(
  slice: HashSlice,
  target: ReuseTarget,
  hashAll: (slice: HashSlice, writer: PieceConsumer | null) => Uint8Array | null,
  { disk, buffer }: ReuseTools,
): Uint8Array<ArrayBuffer> {
  const hashes = new Uint8Array(slice.count * HASH_BYTES);
  const writer: PieceConsumer = {
    write(bytes, position) {
      disk.write(target.fd, bytes, position);
      // It is synced at its end, and the disk would have nothing to do until then.
      disk.startWriteback(target.fd, position, bytes.length);
    },
  };
  for (let index = 0; index < slice.count; index++) {
    const piece = slice.from + index;
    const one = { ...slice, from: piece, count: 1 };
    const length = pieceLength(slice.size, piece);
    // Of zeros nothing may have been read: in a hole there is nothing, and the buffer has another piece.
    if (bytesEqual(pieceHash(target.hashes, index), zeroHash(length))) continue;
    let found = hashAll(one, null);
    if (found && bytesEqual(found, pieceHash(target.hashes, index))) {
      // A longer one must be read again: what is written is hashed once more, as others may change it between.
      if (length > buffer.most) found = hashAll(one, writer);
      else writer.write(buffer.room(length), piece * pieceSize(slice.size));
    }
    if (found) hashes.set(found, index * HASH_BYTES);
  }
  return hashes;
}
