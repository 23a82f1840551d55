import type { FileContents, WholeFile } from "../../platform/disk/batch-disk.ts";

/** A version that pieces can be read from now. */
export interface ReadableVersion {
  readonly fd: number;
  /** Bytes in the whole file. */
  readonly size: number;
  /** Null when every piece is here; else one bit for each piece, the lowest bit of a byte first. */
  bitmap(): Uint8Array | null;
  has(piece: number): boolean;
  /** To be called once, when no read is under way any more. */
  release(): void;
}

/** Small files, which are cheaper to read whole than to keep open. */
export interface SmallFiles {
  /** How to read a version whole, if it is small enough for that. */
  find(id: string): WholeFile | null;
  /** Reads many at once. What is not as it should be, or cannot be read, is left out: `acquire` finds out. */
  read(files: readonly WholeFile[]): Promise<FileContents>;
}

/** What this secondary can serve: the index's files, and what it is still copying. */
export interface PieceStore {
  /** Rejects with DiskError, of which `limit` says that too much is open now. */
  acquire(id: string): Promise<ReadableVersion | null>;
  /** Whether others wait until something is released: it should be, as soon as one can do without. */
  descriptorsScarce(): boolean;
  /** 32 bytes for each piece of a version that is held; null for others. */
  hashes(id: string): Promise<Uint8Array | null>;
  /** Whether a version that is not held is to be copied, so that some of it will be here. */
  expects(id: string): boolean;
}
