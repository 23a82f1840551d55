import type { FileStat } from "../../base/disk.ts";

/** Most replaced versions that are remembered of one name. */
export const MAX_ANCESTORS = 16;

/** A verified version under a name of the shared folder. */
export interface LibraryFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Of the version: 64 hexadecimal digits. */
  readonly id: string;
  /** Ids of the versions that this one replaced in this folder, newest first, at most {@link MAX_ANCESTORS}. */
  readonly ancestors: readonly string[];
  /** Whether the central has confirmed this (name, id) as the cluster's version. */
  readonly agreed: boolean;
}

/** What tells that a file was not touched, without reading it. */
export type Stamp = Readonly<Pick<FileStat, "size" | "mtimeNs" | "ctimeNs" | "inode">>;

/** What is stored of a file: its version, and the stamp that it had when it was verified. */
export interface FileRecord extends LibraryFile, Stamp {}

export type LibraryChange = { kind: "present"; file: LibraryFile } | { kind: "gone"; name: string };

export interface LibraryChangeSet {
  /** `hashes` null: the row of this name and id keeps its piece hashes. */
  readonly put: readonly { readonly record: FileRecord; readonly hashes: Uint8Array | null }[];
  readonly drop: readonly string[];
}

/** Where the library keeps what it knows. Each method is one transaction; they are carried out in the order of the calls. */
export interface LibraryStore {
  /** The records whose names sort after `after`, in order, at most `limit`. "" comes before all. */
  remembered(after: string, limit: number): Promise<FileRecord[]>;
  save(changes: LibraryChangeSet): Promise<void>;
  /** Forgets all that is known of the folder: another one takes its place. */
  forgetFiles(): Promise<void>;
  /** Marks those (name, id) that are here as agreed. */
  agree(items: readonly { readonly name: string; readonly id: string }[]): Promise<void>;
  /**
   * The 32-byte piece hashes of a version that this name holds, one after the other. By name, because an index over
   * ids, which are random, would cost more than all other writing together.
   */
  hashes(name: string, id: string): Promise<Uint8Array | null>;
}

/**
 * Whether nothing has touched the file between two looks. The change time counts although renaming and chmod move it
 * too: it is the only one of the four that a program which edits in place and puts the modification time back
 * (`rsync --inplace --times`, `touch -r`) cannot forge. The price is that such a file is read again in the background,
 * while it stays in the library as the version it most likely still is.
 */
export function sameStamp(left: Stamp, right: Stamp): boolean {
  return (
    left.size === right.size &&
    left.mtimeNs === right.mtimeNs &&
    left.ctimeNs === right.ctimeNs &&
    left.inode === right.inode
  );
}

/** Like {@link sameStamp}, of an open file: unlinking or renaming it moves its change time, not its content. */
export function sameContentStamp(left: Stamp, right: Stamp): boolean {
  return left.size === right.size && left.mtimeNs === right.mtimeNs && left.inode === right.inode;
}

/** Whether there is nothing to tell about the one to somebody who knows the other. */
export function sameFile(left: LibraryFile, right: LibraryFile): boolean {
  return left.id === right.id && left.agreed === right.agreed && left.ancestors.join() === right.ancestors.join();
}

/** The stamp alone. */
export function stampOf({ size, mtimeNs, ctimeNs, inode }: Stamp): Stamp {
  return { size, mtimeNs, ctimeNs, inode };
}

/** The ancestors of what replaces `old` under the same name with version `id`. */
export function descend(old: LibraryFile | undefined, id: string): readonly string[] {
  if (!old) return [];
  if (old.id === id) return old.ancestors;
  const ids = new Set([old.id, ...old.ancestors]);
  // A version that comes back is no ancestor of itself.
  ids.delete(id);
  return [...ids].slice(0, MAX_ANCESTORS);
}
