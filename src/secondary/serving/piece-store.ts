import type { ContentState } from "../../platform/content-state.ts";
import type { FileContents, WholeFile } from "../../platform/disk/batch-disk.ts";

/** A version that pieces can be read from now. */
export interface ReadableVersion {
  readonly fd: number;
  /** Bytes in the whole file. */
  readonly size: number;
  /** Null when every piece is here; else one bit for each piece, the lowest bit of a byte first. */
  bitmap(): Uint8Array | null;
  has(piece: number): boolean;
  /** Whether what has just been read is what was verified, by how the open file is after that. */
  isIntact(now: ContentState): boolean;
  /** To be called once, when no read is under way any more. `unreadable`: a read has failed. */
  release(unreadable?: boolean): void;
}

/** Small files, which are cheaper to read whole than to keep open. */
export interface SmallFiles {
  /** How to read a version whole, if it is small enough for that. */
  find(id: string): WholeFile | null;
  /**
   * Reads many at once. A file that is not as the index knows it, or cannot be read, is omitted: `acquire` finds out
   * why.
   */
  read(files: readonly WholeFile[]): Promise<FileContents>;
}

/** What this secondary can serve: the files of its folder, and the copies in progress. */
export interface PieceStore {
  /** Null when the version is not here. Rejects with DiskError; its failure `limit` says that too much is open now. */
  acquire(id: string): Promise<ReadableVersion | null>;
  /** Whether others wait for a descriptor: one that is not needed at once should be released. */
  descriptorsScarce(): boolean;
  /** The 32-byte hash of each piece of a version that is here; null for others. */
  hashes(id: string): Promise<Uint8Array | null>;
  /** Whether a version that is not here is going to be copied. */
  expects(id: string): boolean;
}
