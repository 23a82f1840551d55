import { sha256 } from "../../platform/hash.ts";
import { NO_BYTES } from "../../platform/memory.ts";
import { pieceCount } from "../versions/version.ts";

/**
 * Digests of every piece of a file, for programs that know no BLAKE3: its SHA-256 (Metalink, RFC 5854), its SHA-1
 * (BitTorrent, BEP 3), and the root of its merkle tree (BitTorrent v2, BEP 52).
 */
export const PIECE_DIGESTS = ["sha-256", "sha-1", "merkle"] as const;
export type PieceDigest = (typeof PIECE_DIGESTS)[number];

/** What every program can use, and is made of each file: those of its pieces, with that of the whole. */
export const PLAIN_DIGESTS: readonly PieceDigest[] = ["sha-256"];
/** What only torrents need, which takes as long again. */
export const TORRENT_DIGESTS: readonly PieceDigest[] = ["sha-1", "merkle"];

/** Bytes of the digest of one piece. */
export const DIGEST_BYTES: Readonly<Record<PieceDigest, number>> = { "sha-256": 32, "sha-1": 20, merkle: 32 };

/** Of some kinds, the digests of some pieces in their order, one after the other. */
export type PieceDigests = Readonly<Partial<Record<PieceDigest, Uint8Array>>>;

/** What other programs need to verify a file. */
export interface FileDigests {
  /** The SHA-256 of the whole file, as 64 hexadecimal digits; null: those of its pieces are not among what was made. */
  readonly sha256: string | null;
  readonly pieces: PieceDigests;
}

/** The SHA-256 of a whole file from the digests of its pieces, where it has one piece or none; else null. */
export function plainSha256(size: number, pieces: PieceDigests): Uint8Array | null {
  if (size === 0) return sha256(NO_BYTES);
  return pieceCount(size) === 1 ? (pieces["sha-256"] ?? null) : null;
}

/** Room for the digests of so many pieces. */
export function roomForDigests(pieces: number, kinds: readonly PieceDigest[]): PieceDigests {
  return Object.fromEntries(kinds.map((kind) => [kind, new Uint8Array(pieces * DIGEST_BYTES[kind])]));
}

/** Writes the digests of some pieces, of the same kinds, to the place in `all` where those of piece number `from` are. */
export function setDigests(all: PieceDigests, from: number, some: PieceDigests): void {
  for (const kind of PIECE_DIGESTS) {
    const made = some[kind];
    if (made) all[kind]?.set(made, from * DIGEST_BYTES[kind]);
  }
}
