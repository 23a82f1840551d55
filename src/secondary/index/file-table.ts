import { parentOf } from "../../platform/disk/names.ts";
import { StringPool } from "../../platform/string-pool.ts";
import type { FileRecord, RecordChanges } from "./file-record.ts";

interface Entry {
  record: FileRecord;
  /** False: it is from an earlier run, or from before the file was excluded, and nobody outside sees it. */
  shared: boolean;
  /** Number of the last scan that saw it. */
  scan: number;
}

/**
 * The one record of each name, in memory. Those that are shared can also be found by their ids, and are all that the
 * outside sees.
 */
export class FileTable {
  private readonly entries = new Map<string, Entry>();
  /** Nearly every version has one name; a set for each would cost more than all the rest. */
  private readonly names = new Map<string, string | Set<string>>();
  /** How many files are beneath a folder. */
  private readonly folders = new Map<string, number>();
  /** How many of them are shared. */
  private readonly sharedFolders = new Map<string, number>();
  /** The names right in a folder. */
  private readonly children = new Map<string, Set<string>>();
  private readonly vectors = new StringPool();
  private readonly edits = new StringPool();
  private sharedCount = 0;
  private sharedBytes = 0;
  /** Whether there was ever a file with digests. */
  private hadDigests = false;

  /** How many are shared. */
  get count(): number {
    return this.sharedCount;
  }

  /** The sizes of those that are shared, together. */
  get bytes(): number {
    return this.sharedBytes;
  }

  /** A record that is shared. */
  get(name: string): FileRecord | undefined {
    const entry = this.entries.get(name);
    return entry?.shared ? entry.record : undefined;
  }

  /** The record of a name, shared or not. */
  known(name: string): FileRecord | undefined {
    return this.entries.get(name)?.record;
  }

  /** Those that are shared. */
  *records(): Generator<FileRecord> {
    for (const { record, shared } of this.entries.values()) if (shared) yield record;
  }

  /** The shared names that hold version `id`; the first has held it longest. */
  namesOf(id: string): Iterable<string> {
    const names = this.names.get(id);
    return typeof names === "string" ? [names] : (names ?? []);
  }

  /** The shared records of version `id`. */
  *recordsOf(id: string): Generator<FileRecord> {
    for (const name of this.namesOf(id)) {
      const record = this.get(name);
      if (record) yield record;
    }
  }

  /** The name that has held version `id` longest. */
  nameOf(id: string): string | undefined {
    const names = this.names.get(id);
    return typeof names === "object" ? names.values().next().value : names;
  }

  /** The versions that shared names lose with a change. */
  *idsLost({ put, drop }: Pick<RecordChanges, "put" | "drop">): Generator<string> {
    for (const { record } of put) {
      const old = this.get(record.name);
      if (old && old.id !== record.id) yield old.id;
    }
    for (const name of drop) {
      const old = this.get(name);
      if (old) yield old.id;
    }
  }

  /** The versions that no name has any more after a change, where there may be digests of them. */
  digestsLost({ put, drop }: Pick<RecordChanges, "put" | "drop">): string[] {
    if (!this.hadDigests) return [];
    const changed = new Set([...drop, ...put.map(({ record }) => record.name)]);
    const kept = new Set(put.map(({ record }) => record.id));
    const before = new Set([...changed].flatMap((name) => this.known(name)?.id ?? []));
    return [...before].filter((id) => !kept.has(id) && [...this.namesOf(id)].every((name) => changed.has(name)));
  }

  hasFolder(folder: string): boolean {
    return this.folders.has(folder);
  }

  /** Whether shared files are somewhere beneath a folder. */
  hasSharedFolder(folder: string): boolean {
    return this.sharedFolders.has(folder);
  }

  /** The shared files right in a folder, "" for the topmost. */
  *filesIn(folder: string): Generator<FileRecord> {
    for (const name of this.children.get(folder) ?? []) {
      const record = this.get(name);
      if (record) yield record;
    }
  }

  /** The folders right in a folder that have shared files somewhere beneath them. */
  *foldersIn(folder: string): Generator<string> {
    for (const path of this.sharedFolders.keys()) if (parentOf(path) === folder) yield path;
  }

  /** Adds what is known from an earlier run, unless something is known already. */
  addUnshared(record: FileRecord): void {
    if (this.entries.has(record.name)) return;
    this.entries.set(record.name, { record: this.pooled(record), shared: false, scan: 0 });
    this.updateFolders(record.name, true);
  }

  /** The record is shared from now on. `scan`: the number of the last scan. Gives the record as it is kept. */
  share(record: FileRecord, scan: number): FileRecord {
    const { name, id } = record;
    const entry = this.entries.get(name);
    const kept = entry?.record === record ? record : this.pooled(record);
    if (!entry) this.updateFolders(name, true);
    if (entry?.shared && entry.record.id === id) {
      entry.record = kept;
      return kept;
    }
    if (entry) this.unshare(name);
    this.entries.set(name, { record: kept, shared: true, scan });
    this.sharedCount += 1;
    this.sharedBytes += kept.size;
    countIn(this.sharedFolders, name, 1);
    this.addName(kept);
    return kept;
  }

  /** The record stays, and is not shared any more. */
  unshare(name: string): void {
    const entry = this.entries.get(name);
    if (!entry?.shared) return;
    entry.shared = false;
    this.sharedCount -= 1;
    this.sharedBytes -= entry.record.size;
    countIn(this.sharedFolders, name, -1);
    this.dropName(entry.record);
  }

  delete(name: string): void {
    this.unshare(name);
    if (this.entries.delete(name)) this.updateFolders(name, false);
  }

  /** Notes that scan number `scan` saw the name. */
  markSeen(name: string, scan: number): void {
    const entry = this.entries.get(name);
    if (entry) entry.scan = Math.max(entry.scan, scan);
  }

  /** The names that a scan did not see, beneath one of `folders`; null for all. */
  *notSeenIn(scan: number, folders: ReadonlySet<string> | null): Generator<string> {
    for (const name of folders === null ? this.entries.keys() : this.namesUnder(folders)) {
      if ((this.entries.get(name)?.scan ?? scan) < scan) yield name;
    }
  }

  /** The names somewhere under one of `folders`. Of what is elsewhere it goes through the folders alone. */
  *namesUnder(folders: ReadonlySet<string>): Generator<string> {
    for (const [folder, names] of this.children) {
      if (folders.has(folder) || isUnderAny(folder, folders)) yield* names;
    }
  }

  /** The record with texts that it has in common with the one before: most files come from the same versions. */
  private pooled(record: FileRecord): FileRecord {
    this.hadDigests ||= record.sha256 !== null;
    return { ...record, vector: this.vectors.intern(record.vector), edits: this.edits.intern(record.edits) };
  }

  private addName({ id, name }: FileRecord): void {
    const names = this.names.get(id);
    if (names === undefined) this.names.set(id, name);
    else if (typeof names === "string") this.names.set(id, new Set([names, name]));
    else names.add(name);
  }

  private dropName({ id, name }: FileRecord): void {
    const names = this.names.get(id);
    if (typeof names === "object") names.delete(name);
    if (typeof names !== "object" || names.size === 0) this.names.delete(id);
  }

  /** A name is here from now on, or not any more. */
  private updateFolders(name: string, here: boolean): void {
    const parent = parentOf(name);
    const names = this.children.get(parent) ?? new Set();
    if (here) names.add(name);
    else names.delete(name);
    if (names.size === 0) this.children.delete(parent);
    else this.children.set(parent, names);
    countIn(this.folders, name, here ? 1 : -1);
  }
}

/** A file more, or less, in each folder above a name. */
function countIn(folders: Map<string, number>, name: string, change: 1 | -1): void {
  for (let folder = parentOf(name); folder !== ""; folder = parentOf(folder)) {
    const count = (folders.get(folder) ?? 0) + change;
    if (count === 0) folders.delete(folder);
    else folders.set(folder, count);
  }
}

/** Whether `name` lies somewhere under one of `folders`. */
function isUnderAny(name: string, folders: ReadonlySet<string>): boolean {
  for (let folder = parentOf(name); folder !== ""; folder = parentOf(folder)) if (folders.has(folder)) return true;
  return false;
}

/** Whether `name` lies somewhere under `folder`; everything lies under "". */
export function isUnder(name: string, folder: string): boolean {
  return folder === "" || name.startsWith(`${folder}/`);
}
