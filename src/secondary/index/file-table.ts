import { parentOf } from "../folder/shared-folder.ts";
import type { FileRecord } from "./file-record.ts";

interface Entry {
  record: FileRecord;
  /** Number of the last scan that saw it. */
  scan: number;
}

/** What the index knows, in memory: names to records, ids to names, folders to what is in them. */
export class FileTable {
  private readonly entries = new Map<string, Entry>();
  /** Nearly every version has one name; a set for each would cost more than all the rest. */
  private readonly names = new Map<string, string | Set<string>>();
  /** How many files are beneath a folder. */
  private readonly folders = new Map<string, number>();
  /** The names right in a folder. */
  private readonly children = new Map<string, Set<string>>();

  get count(): number {
    return this.entries.size;
  }

  get(name: string): FileRecord | undefined {
    return this.entries.get(name)?.record;
  }

  *records(): Generator<FileRecord> {
    for (const entry of this.entries.values()) yield entry.record;
  }

  /** The names that hold version `id`; the first has held it longest. */
  namesOf(id: string): Iterable<string> {
    const names = this.names.get(id);
    return typeof names === "string" ? [names] : (names ?? []);
  }

  /** The name that has held version `id` longest. */
  nameOf(id: string): string | undefined {
    for (const name of this.namesOf(id)) return name;
    return undefined;
  }

  hasFolder(folder: string): boolean {
    return this.folders.has(folder);
  }

  set(record: FileRecord, scan: number): void {
    const entry = this.entries.get(record.name);
    if (!entry) {
      this.entries.set(record.name, { record, scan });
      this.updateFolders(record.name, true);
    } else if (entry.record.id === record.id) {
      entry.record = record;
      return;
    } else {
      this.dropName(entry.record);
      entry.record = record;
    }
    this.addName(record);
  }

  delete(name: string): boolean {
    const entry = this.entries.get(name);
    if (!entry) return false;
    this.entries.delete(name);
    this.dropName(entry.record);
    this.updateFolders(name, false);
    return true;
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
    if (names.size > 0) this.children.set(parent, names);
    else this.children.delete(parent);
    for (let folder = parent; folder !== ""; folder = parentOf(folder)) {
      const count = (this.folders.get(folder) ?? 0) + (here ? 1 : -1);
      if (count === 0) this.folders.delete(folder);
      else this.folders.set(folder, count);
    }
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
