import type { Database } from "bun:sqlite";
import type { Counts } from "../base/counts-file.ts";
import { explain, newer, openDatabase, type SetAside } from "../base/sqlite.ts";
import type { FileRecord, LibraryChangeSet } from "./library/record.ts";

/** Downloads that are remembered, so that each is counted once however often it is told. */
const COUNTED_DOWNLOADS = 100_000;
/** Reports that wait for the central; beyond, the oldest are given up. */
const MAX_REPORTS = 100_000;

/** Each entry brings the tables from the version that is its index to the next. Only ever append. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE files (
     name TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
     inode INTEGER NOT NULL, id TEXT NOT NULL, ancestors TEXT NOT NULL, agreed INTEGER NOT NULL, hashes BLOB NOT NULL
   ) STRICT;
   CREATE TABLE served (name TEXT PRIMARY KEY, downloads INTEGER NOT NULL) STRICT;
   CREATE TABLE served_downloads (
     at INTEGER PRIMARY KEY AUTOINCREMENT, download TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (download, name)
   ) STRICT;
   CREATE TABLE pending_reports (at INTEGER PRIMARY KEY, download TEXT NOT NULL UNIQUE, report BLOB NOT NULL) STRICT;
   CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
];

interface FileRow {
  name: string;
  size: bigint;
  mtime_ns: bigint;
  ctime_ns: bigint;
  inode: bigint;
  id: string;
  ancestors: string;
  agreed: bigint;
}

/** A report to the central that it has not confirmed yet. */
export interface PendingReport {
  /** Its place in the order in which they came. */
  readonly at: number;
  readonly download: string;
  readonly report: Uint8Array;
}

/** The database of a secondary, and its only SQL. Every change is durable once its method returns. */
export class SecondaryStore {
  readonly #db: Database;
  readonly #aside: SetAside | null;

  /** Opens or makes the database in `file`; ":memory:" keeps it in memory. Throws StoreError. */
  constructor(file: string) {
    const { db, setAside } = openDatabase(file, { owner: "secondary", safeIntegers: true });
    this.#db = db;
    this.#aside = setAside;
    try {
      migrate(db, file);
    } catch (error) {
      db.close();
      throw explain(file, "secondary", error);
    }
  }

  close(): void {
    this.#db.close();
  }

  /** The damaged database in whose place this one was begun now, if there was one. */
  setAside(): SetAside | null {
    return this.#aside;
  }

  remembered(after: string, limit: number): FileRecord[] {
    const sql = `SELECT name, size, mtime_ns, ctime_ns, inode, id, ancestors, agreed FROM files
                 WHERE name > ? ORDER BY name LIMIT ?`;
    return this.#db.query<FileRow, [string, number]>(sql).all(after, limit).map(toRecord);
  }

  save({ put, drop }: LibraryChangeSet): void {
    this.#db.transaction(() => {
      for (const name of drop) this.#db.query("DELETE FROM files WHERE name = ?").run(name);
      for (const { record, hashes } of put) this.#put(record, hashes);
    })();
  }

  /** Forgets all that is known of the folder. */
  forgetFiles(): void {
    this.#db.run("DELETE FROM files");
  }

  agree(items: readonly { readonly name: string; readonly id: string }[]): void {
    const update = this.#db.query("UPDATE files SET agreed = 1 WHERE name = ? AND id = ?");
    this.#db.transaction(() => {
      for (const { name, id } of items) update.run(name, id);
    })();
  }

  hashes(name: string, id: string): Uint8Array | null {
    const sql = "SELECT hashes FROM files WHERE name = ? AND id = ?";
    return this.#db.query<{ hashes: Uint8Array }, [string, string]>(sql).get(name, id)?.hashes ?? null;
  }

  /** Counts that this secondary served a piece of `name` to `download`; false when that was counted before. */
  countServed(download: string, name: string): boolean {
    return this.#db.transaction(() => {
      const known = "SELECT 1 FROM served_downloads WHERE download = ? AND name = ?";
      if (this.#db.query(known).get(download, name)) return false;
      const { lastInsertRowid } = this.#db
        .query("INSERT INTO served_downloads (download, name) VALUES (?, ?)")
        .run(download, name);
      this.#db.query("DELETE FROM served_downloads WHERE at <= ?").run(Number(lastInsertRowid) - COUNTED_DOWNLOADS);
      this.#addServed(name, 1);
      return true;
    })();
  }

  /** Downloads served, by the file's name. */
  servedCounts(): Map<string, number> {
    const rows = this.#db
      .query<{ name: string; downloads: bigint }, []>("SELECT name, downloads FROM served ORDER BY name")
      .all();
    return new Map(rows.map((row) => [row.name, Number(row.downloads)]));
  }

  /** Whether an old installation's counts, if there were any, are in here. */
  tookOver(): boolean {
    return this.fact("taken-over") !== null;
  }

  /** Takes over the counts of an old installation, once in the life of this store; says whether it did so now. */
  takeOver(old: Counts | null): boolean {
    return this.#db.transaction(() => {
      if (this.tookOver()) return false;
      this.setFact("taken-over", "yes");
      for (const [name, downloads] of old ?? []) this.#addServed(name, downloads);
      return old !== null;
    })();
  }

  /**
   * Keeps a report until it is dropped; a second one of the same download replaces the first. Gives how many old ones had
   * to be given up for it.
   */
  keepReport(download: string, report: Uint8Array): number {
    return this.#db.transaction(() => {
      const sql = `INSERT INTO pending_reports (download, report) VALUES (?, ?)
                   ON CONFLICT (download) DO UPDATE SET report = excluded.report`;
      this.#db.query(sql).run(download, report);
      const bound = "DELETE FROM pending_reports WHERE at <= (SELECT max(at) FROM pending_reports) - ?";
      return this.#db.query(bound).run(MAX_REPORTS).changes;
    })();
  }

  /** Reports in the order in which they came, from after a place of that order on; at most `limit`. */
  reports(after: number, limit: number): PendingReport[] {
    const sql = "SELECT at, download, report FROM pending_reports WHERE at > ? ORDER BY at LIMIT ?";
    const rows = this.#db.query<Omit<PendingReport, "at"> & { at: bigint }, [number, number]>(sql).all(after, limit);
    return rows.map((row) => ({ ...row, at: Number(row.at) }));
  }

  dropReport(download: string): void {
    this.#db.query("DELETE FROM pending_reports WHERE download = ?").run(download);
  }

  /** What `setFact` stored under `key`, or null. */
  fact(key: string): string | null {
    const query = this.#db.query<{ value: string }, [string]>("SELECT value FROM facts WHERE key = ?");
    return query.get(key)?.value ?? null;
  }

  setFact(key: string, value: string): void {
    const sql = "INSERT INTO facts (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    this.#db.query(sql).run(key, value);
  }

  #addServed(name: string, downloads: number): void {
    const sql = `INSERT INTO served (name, downloads) VALUES (?, ?)
                 ON CONFLICT (name) DO UPDATE SET downloads = downloads + excluded.downloads`;
    this.#db.query(sql).run(name, downloads);
  }

  #put(record: FileRecord, hashes: Uint8Array | null): void {
    const { name, size, mtimeNs, ctimeNs, id } = record;
    // Inodes are unsigned, SQLite's integers are not.
    const inode = BigInt.asIntN(64, record.inode);
    const ancestors = record.ancestors.join(" ");
    const agreed = record.agreed ? 1 : 0;
    if (hashes === null) {
      const sql = `UPDATE files SET size = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, ancestors = ?, agreed = ?
                   WHERE name = ? AND id = ?`;
      this.#db.query(sql).run(size, mtimeNs, ctimeNs, inode, ancestors, agreed, name, id);
      return;
    }
    const sql = `INSERT OR REPLACE INTO files
                 (name, size, mtime_ns, ctime_ns, inode, id, ancestors, agreed, hashes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#db.query(sql).run(name, size, mtimeNs, ctimeNs, inode, id, ancestors, agreed, hashes);
  }
}

function toRecord(row: FileRow): FileRecord {
  return {
    name: row.name,
    size: Number(row.size),
    mtimeNs: row.mtime_ns,
    ctimeNs: row.ctime_ns,
    inode: BigInt.asUintN(64, row.inode),
    id: row.id,
    ancestors: row.ancestors === "" ? [] : row.ancestors.split(" "),
    agreed: row.agreed === 1n,
  };
}

function migrate(db: Database, file: string): void {
  const version = Number(db.query<{ user_version: bigint }, []>("PRAGMA user_version").get()?.user_version ?? 0n);
  if (version > MIGRATIONS.length) throw newer(file);
  db.transaction(() => {
    for (const sql of MIGRATIONS.slice(version)) db.run(sql);
    db.run(`PRAGMA user_version = ${MIGRATIONS.length}`);
  }).immediate();
}
