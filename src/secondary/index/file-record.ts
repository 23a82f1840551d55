import type { FileStat } from "../../platform/disk/disk.ts";
import type { HeldFile } from "../../protocol/messages/secondary.ts";
import type { Descent } from "./descent.ts";

/** A verified version under a name of the shared folder. */
export interface IndexedFile extends Descent {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** When the content was last modified: nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  /** The BLAKE3 hash of the whole file as 64 hexadecimal digits, where it is known. */
  readonly blake3: string | null;
}

/** What tells that a file was not touched, without reading it. */
export type Fingerprint = Readonly<Pick<FileStat, "size" | "mtimeNs" | "ctimeNs" | "inode">>;

/** What is stored of a file: its version, and the fingerprint that it had when it was verified. */
export interface FileRecord extends IndexedFile, Fingerprint {}

/** What was known of a name before its file vanished: a file that is put there next comes after it. */
export interface VanishedFile extends Descent {
  readonly name: string;
}

export type IndexChange =
  | { kind: "present"; file: IndexedFile }
  /** `excluded`: its file may still be there, and is not shared any more. */
  | { kind: "gone"; name: string; excluded: boolean };

export interface RecordChanges {
  /** `hashes` null: the row of this name and id keeps its piece hashes. */
  readonly put: readonly { readonly record: FileRecord; readonly hashes: Uint8Array | null }[];
  readonly drop: readonly string[];
}

/** The same with what is to be remembered of names without a file. */
export interface StoredChanges extends RecordChanges {
  readonly vanished: readonly VanishedFile[];
  /** Names of which that is to be forgotten. */
  readonly forget: readonly string[];
}

/** The fact that the whole folder was known once: what is found from then on, somebody has put there. */
export const SCANNED_FACT = "scanned";

/** Most vanished files of which the place in the history is remembered. */
export const MAX_VANISHED = 10_000;

/** Where the index keeps what it knows. Each method is one transaction; they are carried out in the order of the calls. */
export interface IndexStore {
  /** The records whose names sort after `after`, in order, at most `limit`. "" comes before all. */
  recordsAfter(after: string, limit: number): Promise<FileRecord[]>;
  /** Those who vanished last, the oldest of them first; at most {@link MAX_VANISHED}. */
  vanished(): Promise<VanishedFile[]>;
  save(changes: StoredChanges): Promise<void>;
  /** Forgets all that is known of the folder: another one takes its place. */
  deleteFiles(): Promise<void>;
  meta(key: string): Promise<string | null>;
  setMeta(key: string, value: string): Promise<void>;
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
 * while it stays in the index as the version it most likely still is.
 */
export function sameFingerprint(left: Fingerprint, right: Fingerprint): boolean {
  return (
    left.size === right.size &&
    left.mtimeNs === right.mtimeNs &&
    left.ctimeNs === right.ctimeNs &&
    left.inode === right.inode
  );
}

/** Like {@link sameFingerprint}, of an open file: unlinking or renaming it moves its change time, not its content. */
export function sameContent(left: Fingerprint, right: Fingerprint): boolean {
  return left.size === right.size && left.mtimeNs === right.mtimeNs && left.inode === right.inode;
}

/**
 * Whether there is nothing to tell about the one to the central that knows the other: which version it is was the
 * central's own word.
 */
export function sameVersion(left: IndexedFile, right: IndexedFile): boolean {
  return left.id === right.id && left.blake3 === right.blake3;
}

/** The fingerprint alone. */
export function fingerprintOf({ size, mtimeNs, ctimeNs, inode }: Fingerprint): Fingerprint {
  return { size, mtimeNs, ctimeNs, inode };
}

/** As the central is told of it. */
export function toHeldFile({ name, id, size, vector, changed, edits, mtimeNs, blake3 }: IndexedFile): HeldFile {
  return { name, id, size, vector, changed, edits, modified: modifiedOf({ mtimeNs }), blake3 };
}

export function* toHeldFiles(files: Iterable<IndexedFile>): Generator<HeldFile> {
  for (const file of files) yield toHeldFile(file);
}

/** A modification time as it goes with a version: in microseconds since 1970, and not before. */
export function modifiedOf({ mtimeNs }: Pick<Fingerprint, "mtimeNs">): number {
  return mtimeNs > 0n ? Number(mtimeNs / 1000n) : 0;
}
