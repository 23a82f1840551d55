import type { DiskFailure, FileStat, Reach } from "../platform/disk/disk.ts";
import type { PieceDigest, PieceDigests } from "../protocol/digests/piece-digests.ts";

/** Where a file that is read is written as well. */
export interface HashedCopy {
  /** Must not exist yet, on the same file system where that can be. */
  readonly path: string;
  /** Where it may be made. */
  readonly reach: Reach;
  /** Its modification time, in microseconds since 1970. */
  readonly modified: number;
  /** Whether it must share the blocks of the file, because there is no room for others. */
  readonly cloneOnly: boolean;
}

/** An open file that gets those pieces of another that it lacks, at the same places. */
export interface ReuseTarget {
  readonly fd: number;
  /** 32 bytes for each piece, as it must be. */
  readonly hashes: Uint8Array;
}

/** Some pieces of one file. */
export interface HashSlice {
  readonly path: string;
  /** Where it must be. */
  readonly reach: Reach;
  /** Bytes that the file must have, and by which it is cut into pieces. */
  readonly size: number;
  /** `any`: it may have another length. Then what it has in the place of a piece is hashed, be it less than the piece or nothing. */
  readonly length: "exact" | "any";
  /** First piece. */
  readonly from: number;
  /** Number of pieces. */
  readonly count: number;
  /** Where they are written, too; null: nowhere. */
  readonly destination: HashedCopy | null;
  /** Where those of them go that are as they must be, of which `hashes` has one for each; null: nowhere. */
  readonly reuse: ReuseTarget | null;
  /** By which number the whole file is hashed, too, slice by slice in their order; null: it is not. */
  readonly whole: number | null;
  /** Which digests of the pieces are made, too; with their SHA-256, that of the whole file. */
  readonly digests: readonly PieceDigest[];
  /** Whether nobody waits for it. */
  readonly background: boolean;
}

/** Slices to hash; they are answered by one reply, in the same order. */
export interface HashRequest {
  readonly slices: readonly HashSlice[];
}

export interface HashedSlice {
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** Of the file, after the slice was read; null where it was copied. */
  readonly stat: FileStat | null;
  /** Of the kinds that were to be made. */
  readonly digests: PieceDigests;
  /** Of the whole file, with its last slice, where they were to be made and could be. */
  readonly blake3: Uint8Array | null;
  readonly sha256: Uint8Array | null;
}

export type SliceResult =
  | ({ readonly kind: "hashed" } & HashedSlice)
  /** The file has not the size that it should have. */
  | { readonly kind: "changed" }
  | { readonly kind: "failed"; readonly failure: DiskFailure; readonly message: string };

export interface HashReply {
  readonly results: readonly SliceResult[];
}
