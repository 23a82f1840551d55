import { createHash } from "node:crypto";

/** Digests of a content, by other means than the program's. */

const LEAF = 16 * 1024;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const sha1 = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest();

export interface ContentDigests {
  readonly sha256: string;
  readonly "sha-256": Uint8Array;
  readonly "sha-1": Uint8Array;
  readonly merkle: Uint8Array;
}

export function digestsOf(content: Uint8Array, pieceSize = 1024 * 1024): ContentDigests {
  const count = Math.ceil(content.length / pieceSize);
  const pieces = Array.from({ length: count }, (_, at) => content.subarray(at * pieceSize, (at + 1) * pieceSize));
  return {
    sha256: sha256(content).toString("hex"),
    "sha-256": Buffer.concat(pieces.map(sha256)),
    "sha-1": Buffer.concat(pieces.map(sha1)),
    merkle: Buffer.concat(pieces.map((piece) => merkleRoot(piece, count > 1 ? pieceSize / LEAF : 1))),
  };
}

/** Over the leaves of a piece, filled up with zeros to a power of two, at least `width`. */
export function merkleRoot(piece: Uint8Array, width: number): Buffer {
  let layer = Array.from({ length: Math.ceil(piece.length / LEAF) }, (_, at) =>
    sha256(piece.subarray(at * LEAF, (at + 1) * LEAF)),
  );
  const wanted = Math.max(width, 2 ** Math.ceil(Math.log2(layer.length)));
  while (layer.length < wanted) layer.push(Buffer.alloc(32));
  while (layer.length > 1) {
    const below = layer;
    layer = Array.from({ length: below.length / 2 }, (_, at) =>
      sha256(Buffer.concat([below[2 * at] ?? Buffer.alloc(32), below[2 * at + 1] ?? Buffer.alloc(32)])),
    );
  }
  return layer[0] ?? Buffer.alloc(0);
}
