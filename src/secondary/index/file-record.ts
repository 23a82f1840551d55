import type { Fingerprint } from "../../platform/content-state.ts";
import type { PieceDigest, PieceDigests } from "../../protocol/digests/piece-digests.ts";
import type { HeldFile } from "../../protocol/messages/secondary.ts";
import { modifiedOf } from "../folder/fingerprint.ts";
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
  /** Its SHA-256 as 64 hexadecimal digits. Where it is known, the store has that of each piece of the version, too. */
  readonly sha256: string | null;
}

/** What is stored of a file: its version, and the fingerprint that it had when it was verified. */
export interface FileRecord extends IndexedFile, Fingerprint {}

/** What was known of a name before its file vanished: a file that is put there next comes after it. */
export interface VanishedFile extends Descent {
  readonly name: string;
}

/** A copy of the cluster's version that is about to get its name. */
export interface PlannedInstall extends Pick<Descent, "id" | "vector" | "edits"> {
  readonly name: string;
  /** When the content was last modified, as the copy has it: microseconds since 1970. */
  readonly modified: number;
}

/** Copies that are planned together, as they are stored: they are all read, or all deleted. */
export interface InstallPlan {
  readonly number: number;
  /** A list of {@link PlannedInstall} in JSON: one text costs the two threads less than a row for each small file. */
  readonly files: string;
}

export type IndexChange =
  | { kind: "present"; file: IndexedFile }
  /** Its SHA-256 is known now. */
  | { kind: "digested"; file: IndexedFile }
  /** `excluded`: its file may still be there, and is not shared any more. */
  | { kind: "gone"; name: string; excluded: boolean };

export interface RecordChanges {
  /** `hashes` null: the row of this name and id keeps its piece hashes. `digests`: those that were made just now. */
  readonly put: readonly {
    readonly record: FileRecord;
    readonly hashes: Uint8Array | null;
    readonly digests?: PieceDigests | null;
  }[];
  readonly drop: readonly string[];
}

/** The same, and what is to be remembered of names whose files have vanished. */
export interface StoredChanges extends RecordChanges {
  readonly vanished: readonly VanishedFile[];
  /** Names whose vanished files are to be forgotten. */
  readonly forget: readonly string[];
  readonly planned: readonly InstallPlan[];
  /** Numbers of plans that are over. */
  readonly over: readonly number[];
  /** Versions that no name has any more: their digests are to be forgotten. */
  readonly undigested: readonly string[];
}

/** The key that says that the whole folder was scanned once: what is found from then on, somebody has put there. */
export const SCANNED_KEY = "scanned";

/** Most vanished files whose place in the history is remembered. */
export const MAX_VANISHED = 10_000;

/** Where the index keeps what it knows. Each method is one transaction; they are carried out in the order of the calls. */
export interface IndexStore {
  /** The records whose names sort after `after`, in order, at most `limit`. "" comes before all. */
  recordsAfter(after: string, limit: number): Promise<FileRecord[]>;
  /** Those who vanished last, the oldest of them first; at most {@link MAX_VANISHED}. */
  vanished(): Promise<VanishedFile[]>;
  /** The plans of copies that may have got their names without a record. */
  installPlans(): Promise<InstallPlan[]>;
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
  /** The digests of one kind of a version's pieces, one after the other; null when none of that kind were made. */
  digests(id: string, of: PieceDigest): Promise<Uint8Array | null>;
}

/**
 * Whether a central that knows one of them needs no announcement of the other. Vectors are not compared: the central
 * gives them.
 */
export function sameVersion(left: IndexedFile, right: IndexedFile): boolean {
  return left.id === right.id && left.blake3 === right.blake3;
}

/** A file as it is announced to the central. */
export function toHeldFile(file: IndexedFile): HeldFile {
  const { name, id, size, vector, changed, edits, blake3, sha256 } = file;
  return { name, id, size, vector, changed, edits, modified: modifiedOf(file), blake3, sha256 };
}

export function* toHeldFiles(files: Iterable<IndexedFile>): Generator<HeldFile> {
  for (const file of files) yield toHeldFile(file);
}
