import { sha256 } from "../../platform/hash.ts";
import { pieceCount } from "../versions/version.ts";

/**
 * Digests of every piece of a file, for programs that know no BLAKE3: its SHA-256 (Metalink, RFC 5854), its SHA-1
 * (BitTorrent, BEP 3), and the root of its merkle tree (BitTorrent v2, BEP 52).
 */
export const PIECE_DIGESTS = ["sha-256", "sha-1", "merkle"] as const;
export type PieceDigest = (typeof PIECE_DIGESTS)[number];

/** Bytes of the digest of one piece. */
export const DIGEST_BYTES: Readonly<Record<PieceDigest, number>> = { "sha-256": 32, "sha-1": 20, merkle: 32 };

/** Of each kind, the digests of some pieces in their order, one after the other. */
export type PieceDigests = Readonly<Record<PieceDigest, Uint8Array>>;

/** What other programs need to verify a file. */
export interface FileDigests {
  /** The SHA-256 of the whole file, as 64 hexadecimal digits. */
  readonly sha256: string;
  readonly pieces: PieceDigests;
}

/** The SHA-256 of a whole file from the digests of its pieces, where it has one piece or none; else null. */
export function plainSha256(size: number, pieces: PieceDigests): Uint8Array | null {
  if (size === 0) return sha256(new Uint8Array(0));
  return pieceCount(size) === 1 ? pieces["sha-256"] : null;
}

/** Room for the digests of so many pieces. */
export function roomForDigests(pieces: number): PieceDigests {
  const room = (kind: PieceDigest) => new Uint8Array(pieces * DIGEST_BYTES[kind]);
  return { "sha-256": room("sha-256"), "sha-1": room("sha-1"), merkle: room("merkle") };
}

/** Writes the digests of some pieces to the place in `all` where those of piece number `from` are. */
export function setDigests(all: PieceDigests, from: number, some: PieceDigests): void {
  for (const kind of PIECE_DIGESTS) all[kind].set(some[kind], from * DIGEST_BYTES[kind]);
}
