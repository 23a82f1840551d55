import type { Bounds, FileStat } from "./disk.ts";
import type { Anchor } from "./reach/anchor.ts";

/** A file to get a new name: from a path on the same file system, or from none, to a path that must be free. */
export interface InstallRequest {
  readonly from: string;
  /** The descriptor of a file that has no name, which stays open; null: it is at `from`. */
  readonly tmpfile: number | null;
  /** Relative to the root, with `/`; folders on the way are made, and go again where nothing comes into them. */
  readonly name: string;
  /** Bytes that it must have. */
  readonly size: number;
}

/** A file before and after it got its name. */
export interface RenamedFile {
  readonly before: FileStat;
  readonly after: FileStat | null;
}

/** A file as it is once opened. */
export interface OpenedFile {
  readonly stat: FileStat;
  /** Whether somebody has it open for writing; null where the system does not say. */
  readonly hasWriters: boolean | null;
}

/** Longest file that is examined in one step. */
export const MAX_EXAMINED_BYTES = 64 * 1024;

/** A file that nobody has changed while it was read. */
export interface ExaminedFile extends OpenedFile {
  /** The 32-byte BLAKE3 of its content; nothing where it has none. */
  readonly hashes: Uint8Array;
}

/** A file to be read whole. */
export interface WholeFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly inode: bigint;
}

/** What was read of some files. */
export interface FileContents {
  /** Bytes of each file, in the order asked; null where it could not be read. */
  readonly sizes: readonly (number | null)[];
  /** Those that could, one after the other. */
  readonly bytes: Uint8Array;
}

/**
 * Plain steps on many small files at once, away from the main thread: one message instead of many calls for each file.
 * An answer has a place for each file. Null is no result: something about this file is not plain, or failed, and the
 * caller does the same through {@link Disk}, whose error says what. `root` is a real path, and nothing that is behind a
 * link to a folder is touched. Nothing rejects.
 */
export interface BatchDisk {
  /** Of ordinary files alone. */
  statFiles(root: string, names: readonly string[]): Promise<(FileStat | null)[]>;
  /** Of ordinary files alone, opened for a moment within bounds, whose folder is the root. */
  openFiles(bounds: Bounds, names: readonly string[]): Promise<(OpenedFile | null)[]>;
  /** The same, and read: of ordinary files of at most {@link MAX_EXAMINED_BYTES} alone. */
  examineFiles(bounds: Bounds, names: readonly string[]): Promise<(ExaminedFile | null)[]>;
  /** Whether each name is free, in a folder that can be written to, or can be made in one, on the root's file system. */
  areFree(root: string, names: readonly string[]): Promise<(boolean | null)[]>;
  /** Names are relative to the anchor, and nothing is done where another folder has its path. */
  install(anchor: Anchor, files: readonly InstallRequest[]): Promise<(RenamedFile | null)[]>;
  /** Of files within bounds that are still what their size, time and inode say. */
  readFiles(files: readonly WholeFile[], bounds: Bounds): Promise<FileContents>;
  /** Brings all that was written to the file system of a folder to the disk; false where it could not. */
  syncfs(folder: string): Promise<boolean>;
  /** Closes the files of a {@link DescriptorTable}, which nothing is written to any more. Those that have no result are left in it. */
  close(table: SharedArrayBuffer): Promise<void>;
  stop(): void;
}
