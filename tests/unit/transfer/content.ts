import { hash } from "../../../src/platform/hash.ts";
import { pieceCount, pieceSize, type Version, versionId } from "../../../src/protocol/versions/version.ts";

/** A file's content, its piece hashes and its version. */
export interface Content {
  readonly bytes: Buffer;
  readonly hashes: Uint8Array;
  readonly version: Version;
}

/** Bytes of `size` that differ from place to place and from one `seed` to another. */
export function content(size: number, seed = 1): Content {
  const bytes = Buffer.alloc(size);
  for (let place = 0; place + 4 <= size; place += 4) {
    bytes.writeUInt32LE((Math.imul(place + seed, 0x9e3779b1) ^ (place >>> 7)) >>> 0, place);
  }
  return contentOf(bytes);
}

/** The content of these bytes. */
export function contentOf(bytes: Buffer): Content {
  const piece = pieceSize(bytes.length);
  const hashes = Buffer.concat(
    Array.from({ length: pieceCount(bytes.length) }, (_, index) =>
      hash(bytes.subarray(index * piece, (index + 1) * piece)),
    ),
  );
  return { bytes, hashes, version: { size: bytes.length, id: versionId(bytes.length, hashes) } };
}
