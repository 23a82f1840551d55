import { parentOf } from "../../platform/disk/names.ts";
import type { FileRecord, RecordChanges } from "./file-record.ts";
import { idKey, RecordColumns } from "./record-columns.ts";

/**
 * The one record of each name, in memory. Those that are shared can also be found by their ids, and are all that the
 * outside sees.
 */
export class FileTable {
  private readonly columns = new RecordColumns();
  /** The rows of the records in the columns, by name. */
  private readonly rows = new Map<string, number>();
  /** Whether each row is shared. If not, it is from an earlier run, or from before the file was excluded, and nobody outside sees it. */
  private readonly shared: boolean[] = [];
  /** The number of the last scan that saw each row. */
  private readonly scans: number[] = [];
  /** The rows that are shared, by the key of their ids. Nearly every version has one name; a set for each would cost more than all the rest. */
  private readonly rowsOfIds = new Map<number, number | Set<number>>();
  /** How many files are beneath a folder. */
  private readonly folders = new Map<string, number>();
  /** How many of them are shared. */
  private readonly sharedFolders = new Map<string, number>();
  /** The names right in a folder. */
  private readonly children = new Map<string, Set<string>>();
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
    const row = this.sharedRow(name);
    return row === undefined ? undefined : this.columns.get(row);
  }

  /** The record of a name, shared or not. */
  known(name: string): FileRecord | undefined {
    const row = this.rows.get(name);
    return row === undefined ? undefined : this.columns.get(row);
  }

  /** Those that are shared. What is added meanwhile may be left out. */
  *records(): Generator<FileRecord> {
    for (let row = 0; row < this.columns.length; row++) {
      const record = this.shared[row] ? this.columns.get(row) : undefined;
      if (record) yield record;
    }
  }

  /** The shared names that hold version `id`; the first has held it longest. */
  *namesOf(id: string): Generator<string> {
    for (const row of this.rowsOf(id)) {
      const name = this.columns.nameAt(row);
      if (name !== undefined) yield name;
    }
  }

  /** The shared records of version `id`. */
  *recordsOf(id: string): Generator<FileRecord> {
    for (const row of this.rowsOf(id)) {
      const record = this.columns.get(row);
      if (record) yield record;
    }
  }

  /** The name that has held version `id` longest. */
  nameOf(id: string): string | undefined {
    for (const name of this.namesOf(id)) return name;
    return undefined;
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
    if (!this.rows.has(record.name)) this.add(record, 0);
  }

  /** The record is shared from now on. `scan`: the number of the last scan. */
  share(record: FileRecord, scan: number): void {
    const { name, id, size, sha256 } = record;
    this.hadDigests ||= sha256 !== null;
    let row = this.rows.get(name);
    if (row !== undefined && this.shared[row] && this.columns.idAt(row) === id) {
      this.sharedBytes += size - this.columns.sizeAt(row);
      this.columns.set(row, record);
      return;
    }
    if (row === undefined) row = this.add(record, scan);
    else {
      this.unshare(name);
      this.columns.set(row, record);
      this.scans[row] = scan;
    }
    this.shared[row] = true;
    this.sharedCount += 1;
    this.sharedBytes += size;
    countIn(this.sharedFolders, name, 1);
    this.addToId(row);
  }

  /** The record stays, and is not shared any more. */
  unshare(name: string): void {
    const row = this.sharedRow(name);
    if (row === undefined) return;
    this.shared[row] = false;
    this.sharedCount -= 1;
    this.sharedBytes -= this.columns.sizeAt(row);
    countIn(this.sharedFolders, name, -1);
    this.dropFromId(row);
  }

  delete(name: string): void {
    this.unshare(name);
    const row = this.rows.get(name);
    if (row === undefined) return;
    this.rows.delete(name);
    this.columns.remove(row);
    this.updateFolders(name, false);
  }

  /** Notes that scan number `scan` saw the name. */
  markSeen(name: string, scan: number): void {
    const row = this.rows.get(name);
    if (row !== undefined) this.scans[row] = Math.max(this.scans[row] ?? 0, scan);
  }

  /** The names that a scan did not see, beneath one of `folders`; null for all. */
  *notSeenIn(scan: number, folders: ReadonlySet<string> | null): Generator<string> {
    for (const name of folders === null ? this.rows.keys() : this.namesUnder(folders)) {
      const row = this.rows.get(name);
      if (row !== undefined && (this.scans[row] ?? scan) < scan) yield name;
    }
  }

  /** The names somewhere under one of `folders`. Of what is elsewhere it goes through the folders alone. */
  *namesUnder(folders: ReadonlySet<string>): Generator<string> {
    for (const [folder, names] of this.children) {
      if (folders.has(folder) || isUnderAny(folder, folders)) yield* names;
    }
  }

  private sharedRow(name: string): number | undefined {
    const row = this.rows.get(name);
    return row !== undefined && this.shared[row] ? row : undefined;
  }

  /** A new row, that is not shared yet. */
  private add(record: FileRecord, scan: number): number {
    this.hadDigests ||= record.sha256 !== null;
    const row = this.columns.add(record);
    this.rows.set(record.name, row);
    this.shared[row] = false;
    this.scans[row] = scan;
    this.updateFolders(record.name, true);
    return row;
  }

  /** The rows of version `id` that are shared. */
  private *rowsOf(id: string): Generator<number> {
    const rows = this.rowsOfIds.get(idKey(id));
    // Another id may have the same key.
    for (const row of typeof rows === "object" ? rows : rows === undefined ? [] : [rows])
      if (this.columns.idAt(row) === id) yield row;
  }

  private addToId(row: number): void {
    const key = this.columns.idKeyAt(row);
    const rows = this.rowsOfIds.get(key);
    if (rows === undefined) this.rowsOfIds.set(key, row);
    else if (typeof rows === "number") this.rowsOfIds.set(key, new Set([rows, row]));
    else rows.add(row);
  }

  private dropFromId(row: number): void {
    const key = this.columns.idKeyAt(row);
    const rows = this.rowsOfIds.get(key);
    if (typeof rows === "object") rows.delete(row);
    if (typeof rows !== "object" || rows.size === 0) this.rowsOfIds.delete(key);
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
