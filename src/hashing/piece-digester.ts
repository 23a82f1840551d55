import { createShaHasher, sha256 } from "../platform/hash.ts";
import { MIB } from "../platform/units.ts";
import { leavesOfPiece, MERKLE_BLOCK_BYTES, MerkleTree } from "../protocol/digests/merkle.ts";
import { type PieceDigests, roomForDigests, setDigests } from "../protocol/digests/piece-digests.ts";
import { pieceLength } from "../protocol/versions/version.ts";

/** Pieces of zeros whose digests are remembered: whole ones have few lengths, powers of two. */
const MAX_ZERO_PIECES = 32;

const ZEROS = new Uint8Array(MIB);

/** Makes the digests of pieces whose bytes come in their order, one piece after the other. */
export class PieceDigester {
  private readonly sha256 = createShaHasher("sha256");
  private readonly sha1 = createShaHasher("sha1");
  private readonly tree = new MerkleTree();
  /** By their length and the leaves of their trees. */
  private readonly zeroPieces = new Map<string, PieceDigests>();

  /** The next bytes of a piece, a multiple of 16 KiB of them unless they are the last. */
  update(bytes: Uint8Array): void {
    this.sha256.update(bytes);
    this.sha1.update(bytes);
    for (let start = 0; start < bytes.length; start += MERKLE_BLOCK_BYTES)
      this.tree.add(sha256(bytes.subarray(start, start + MERKLE_BLOCK_BYTES)));
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
    return { "sha-256": this.sha256.digest(), "sha-1": this.sha1.digest(), merkle: this.tree.root(leaves) };
  }
}

/** The digests of the pieces of a slice, as they are made. */
export class SliceDigests {
  readonly made: PieceDigests;

  constructor(
    private readonly digester: PieceDigester,
    private readonly size: number,
    private readonly from: number,
    count: number,
  ) {
    this.made = roomForDigests(count);
    digester.reset();
  }

  update(bytes: Uint8Array): void {
    this.digester.update(bytes);
  }

  /** All bytes of this piece have come. */
  finish(piece: number): void {
    setDigests(this.made, piece - this.from, this.digester.finish(this.size, piece));
  }

  /** This piece is in a hole of the file. */
  zeros(piece: number): void {
    setDigests(this.made, piece - this.from, this.digester.zeros(this.size, piece));
  }
}
