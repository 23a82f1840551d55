import { createShaHasher, sha256 } from "../platform/hash.ts";
import { leavesOfPiece, MERKLE_BLOCK_BYTES, MerkleTree } from "../protocol/digests/merkle.ts";
import { type PieceDigest, type PieceDigests, roomForDigests, setDigests } from "../protocol/digests/piece-digests.ts";
import { pieceLength } from "../protocol/versions/version.ts";
import type { HashSlice } from "./hasher-messages.ts";
import { ZEROS } from "./zero-hash.ts";

/** Pieces of zeros whose digests are remembered: whole ones have few lengths, powers of two. */
const MAX_ZERO_PIECES = 32;

/** Makes one kind of digest of pieces whose bytes come in their order. */
interface KindOfDigester {
  update(bytes: Uint8Array): void;
  /** Of the bytes since the last call. `leaves`: how many the tree of that piece has. */
  digest(leaves: number): Uint8Array;
}

const DIGESTERS: Readonly<Record<PieceDigest, () => KindOfDigester>> = {
  "sha-256": () => createShaHasher("sha256"),
  "sha-1": () => createShaHasher("sha1"),
  merkle: merkleDigester,
};

function merkleDigester(): KindOfDigester {
  const tree = new MerkleTree();
  return {
    update(bytes) {
      for (let start = 0; start < bytes.length; start += MERKLE_BLOCK_BYTES)
        tree.add(sha256(bytes.subarray(start, start + MERKLE_BLOCK_BYTES)));
    },
    digest: (leaves) => tree.root(leaves),
  };
}

/** Makes digests of pieces whose bytes come in their order, one piece after the other. */
export class PieceDigester {
  private readonly digesters: readonly (readonly [PieceDigest, KindOfDigester])[];
  /** By their length and the leaves of their trees. */
  private readonly zeroPieces = new Map<string, PieceDigests>();

  constructor(kinds: readonly PieceDigest[]) {
    this.digesters = kinds.map((kind) => [kind, DIGESTERS[kind]()]);
  }

  /** The next bytes of a piece, a multiple of 16 KiB of them unless they are the last. */
  update(bytes: Uint8Array): void {
    for (const [, digester] of this.digesters) digester.update(bytes);
  }

  /** Of the bytes since the last call, which are a piece of a file of `size` bytes. */
  finish(size: number, piece: number): PieceDigests {
    return this.digest(leavesOfPiece(size, piece));
  }

  /** Forgets the bytes since the last `finish`. */
  reset(): void {
    this.digest(1);
  }

  /** Of a piece that holds nothing but zeros. */
  zeros(size: number, piece: number): PieceDigests {
    const length = pieceLength(size, piece);
    const leaves = leavesOfPiece(size, piece);
    const key = `${length} ${leaves}`;
    const known = this.zeroPieces.get(key);
    if (known) return known;
    for (let done = 0; done < length; done += ZEROS.length) this.update(ZEROS.subarray(0, length - done));
    const made = this.digest(leaves);
    const [oldest] = this.zeroPieces.keys();
    if (this.zeroPieces.size === MAX_ZERO_PIECES && oldest !== undefined) this.zeroPieces.delete(oldest);
    this.zeroPieces.set(key, made);
    return made;
  }

  private digest(leaves: number): PieceDigests {
    return Object.fromEntries(this.digesters.map(([kind, digester]) => [kind, digester.digest(leaves)]));
  }
}

/** The digests of the pieces of a slice, as they are made. */
export class SliceDigests {
  readonly made: PieceDigests;

  constructor(
    private readonly digester: PieceDigester,
    private readonly slice: Pick<HashSlice, "size" | "from" | "count" | "digests">,
  ) {
    this.made = roomForDigests(slice.count, slice.digests);
    digester.reset();
  }

  update(bytes: Uint8Array): void {
    this.digester.update(bytes);
  }

  /** All bytes of this piece have come. */
  finish(piece: number): void {
    const { size, from } = this.slice;
    setDigests(this.made, piece - from, this.digester.finish(size, piece));
  }

  /** This piece is in a hole of the file. */
  zeros(piece: number): void {
    const { size, from } = this.slice;
    setDigests(this.made, piece - from, this.digester.zeros(size, piece));
  }
}
