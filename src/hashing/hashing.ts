import type { FileStat, Reach } from "../platform/disk/disk.ts";
import type { FileDigests, PieceDigest } from "../protocol/digests/piece-digests.ts";
import type { HashedCopy, ReuseTarget } from "./hasher-messages.ts";

export interface FileHashes {
  /** The id of the version that has these hashes. */
  readonly id: string;
  /** The 32-byte hash of each piece, in order. */
  readonly hashes: Uint8Array;
  /** The plain BLAKE3 of the whole file, as 64 hexadecimal digits, where it is known. */
  readonly blake3: string | null;
  /** Null where they were not to be made, or could not be. */
  readonly digests: FileDigests | null;
}

/** The hashes of a file that was read whole. */
export interface HashedFile extends FileHashes {
  /** Of the file that was read, after its last byte was. */
  readonly stat: FileStat;
}

/**
 * What is made in the same pass as the hashes of the pieces. `whole`: the plain BLAKE3 of files of many pieces, which
 * takes as long again; `digests`: that, and the SHA-256 of the whole and of its pieces, which takes ten times as long.
 */
export type HashScope = "pieces" | "whole" | "digests";

/** Called after each part of a file: its path, bytes hashed so far, and its size. */
export type HashProgress = (path: string, done: number, size: number) => void;

/** Hashes files on another thread: those within reach alone, or DiskError `link` is what comes of it. */
export interface Hashing {
  /** Rejects with DiskError, with {@link FileChanged} when it has not `size` bytes, with Error when the hasher died. */
  hash(path: string, size: number, scope?: HashScope, reach?: Reach): Promise<HashedFile>;
  /**
   * Like `hash`, with digests of the given kinds, whenever there is nothing else to hash. `onBytes` gets the bytes that
   * are done, and says whether to go on.
   */
  digest(
    path: string,
    size: number,
    kinds: readonly PieceDigest[],
    reach: Reach,
    onBytes: (done: number) => boolean,
  ): Promise<HashedFile>;
  /** The 32-byte hash of one piece of a file of `size` bytes. Rejects as `hash` does. */
  hashPiece(path: string, size: number, piece: number, reach?: Reach): Promise<Uint8Array>;
  /** The same of the pieces from `from` up to, but not including, `end`. */
  hashPieces(path: string, size: number, from: number, end: number, reach?: Reach): Promise<Uint8Array>;
  /**
   * Like `hash`, and writes the file, sparse as it may be, or shares its blocks. What was written is right if the hashes
   * are; after a failure some of it may be left. `onBytes` gets the bytes that are done, and says whether to go on.
   */
  copy(
    path: string,
    size: number,
    destination: HashedCopy,
    onBytes: (done: number) => boolean,
    reach?: Reach,
  ): Promise<FileHashes>;
  /**
   * Like `hash`, of a file that may have another length: it is cut into pieces as if it had `size` bytes. Where it ends
   * before a piece does, what there is of the piece is hashed. The id says nothing of a file that is longer. `onBytes` gets
   * the bytes that are done, and says whether to go on.
   */
  hashAs(path: string, size: number, onBytes: (done: number) => boolean): Promise<HashedFile>;
  /**
   * Reads pieces from `from` on, one for each hash of the target, in a file of any length that is cut as one of `size`
   * bytes. Those with the right hash are written into the target. Resolves to the hashes that they have: what was written
   * is right where the hash is. Rejects with DiskError, or with Error when the hasher died.
   */
  reuse(path: string, size: number, from: number, target: ReuseTarget, reach: Reach): Promise<Uint8Array>;
  /** Replaces the listener. */
  onProgress(listener: HashProgress): void;
  stop(): void;
}

/** The file does not have, or no longer has, the size it was to be hashed with. */
export class FileChanged extends Error {}
