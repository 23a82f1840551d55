import type { Database } from "bun:sqlite";
import { HASH_BYTES } from "../platform/hash.ts";
import type { LegacyCounts } from "../platform/legacy-counts.ts";
import { NO_BYTES } from "../platform/memory.ts";
import { type DamagedDatabase, type Migration, StoreDatabase } from "../platform/sqlite.ts";
import { PIECE_DIGESTS, type PieceDigest, type PieceDigests } from "../protocol/digests/piece-digests.ts";
import { MAX_COUNTED_DOWNLOADS, MAX_COUNTED_FILES, MAX_KEPT_REPORTS } from "../protocol/limits.ts";
import { ownEdit } from "../protocol/versions/edits.ts";
import { plainHash } from "../protocol/versions/version.ts";
import { vectorFromIds } from "../protocol/versions/version-vector.ts";
import {
  type FileRecord,
  type InstallPlan,
  MAX_VANISHED,
  SCANNED_KEY,
  type StoredChanges,
  type VanishedFile,
} from "./index/file-record.ts";
import { type FileRow, type PlanRow, toDescent, toRecord, type VanishedRow } from "./index/file-rows.ts";

const MIGRATIONS: readonly Migration[] = [
  (db) =>
    db.run(`CREATE TABLE files (
     name TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
     inode INTEGER NOT NULL, id TEXT NOT NULL, ancestors TEXT NOT NULL, agreed INTEGER NOT NULL, hashes BLOB NOT NULL
   ) STRICT;
   CREATE TABLE served (name TEXT PRIMARY KEY, downloads INTEGER NOT NULL) STRICT;
   CREATE TABLE served_downloads (
     at INTEGER PRIMARY KEY AUTOINCREMENT, download TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (download, name)
   ) STRICT;
   CREATE TABLE pending_reports (at INTEGER PRIMARY KEY, download TEXT NOT NULL UNIQUE, report BLOB NOT NULL) STRICT;`),
  (db) => {
    // What was a list of ids becomes a vector; what was not agreed is what somebody put there.
    db.run(`ALTER TABLE files RENAME COLUMN ancestors TO vector;
      ALTER TABLE files RENAME COLUMN agreed TO changed;
      ALTER TABLE files ADD COLUMN edits TEXT NOT NULL DEFAULT '';
      ALTER TABLE files ADD COLUMN blake3 TEXT;
      CREATE TABLE vanished (
        at INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, id TEXT NOT NULL, vector TEXT NOT NULL,
        changed INTEGER NOT NULL, edits TEXT NOT NULL
      ) STRICT;`);
    const rows = db.query<{ name: string; id: string; ids: string; agreed: bigint }, []>(
      "SELECT name, id, vector AS ids, changed AS agreed FROM files",
    );
    const update = db.query("UPDATE files SET vector = ?, changed = ?, edits = ? WHERE name = ?");
    for (const { name, id, ids, agreed } of rows.all()) {
      const before = idsOf(ids);
      if (agreed === 1n) update.run(vectorFromIds(id, before), 0, "", name);
      else update.run(vectorFromIds(null, before), 1, ownEdit({ id, edits: "" }), name);
    }
    // Where something is known already, the folder has been read.
    db.run(`INSERT INTO facts (key, value)
      SELECT 'scanned', 'yes' WHERE EXISTS (SELECT 1 FROM files) OR EXISTS (SELECT 1 FROM facts)`);
  },
  // The hash of a file's only piece is that of the file.
  (db) =>
    void db
      .query(`UPDATE files SET blake3 = CASE size WHEN 0 THEN ? ELSE lower(hex(hashes)) END
              WHERE size = 0 OR length(hashes) = ?`)
      .run(plainHash(0, NO_BYTES), HASH_BYTES),
  // Without an index: what is in it is deleted by the next transaction or the one after it.
  (db) =>
    void db.run(`CREATE TABLE planned_installs (
     plan INTEGER NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, vector TEXT NOT NULL, edits TEXT NOT NULL,
     modified INTEGER NOT NULL
   ) STRICT`),
  // Of each kind of digest, those of all pieces: one kind is asked for at once.
  (db) =>
    void db.run(`ALTER TABLE files ADD COLUMN sha256 TEXT;
     CREATE TABLE digests (
       id TEXT PRIMARY KEY, sha256 BLOB NOT NULL, sha1 BLOB NOT NULL, merkle BLOB NOT NULL
     ) STRICT`),
  (db) =>
    void db.run(`CREATE TABLE install_plans (number INTEGER PRIMARY KEY, files TEXT NOT NULL) STRICT;
      INSERT INTO install_plans SELECT plan, json_group_array(
        json_object('name', name, 'id', id, 'vector', vector, 'edits', edits, 'modified', modified)
      ) FROM planned_installs GROUP BY plan;
      DROP TABLE planned_installs;`),
  // Some kinds are made only when they are asked for.
  (db) =>
    void db.run(`CREATE TABLE piece_digests (
       id TEXT NOT NULL, kind TEXT NOT NULL, digests BLOB NOT NULL, PRIMARY KEY (id, kind)
     ) STRICT;
     INSERT INTO piece_digests SELECT id, 'sha-256', sha256 FROM digests;
     INSERT INTO piece_digests SELECT id, 'sha-1', sha1 FROM digests;
     INSERT INTO piece_digests SELECT id, 'merkle', merkle FROM digests;
     DROP TABLE digests;`),
];

/** A report to the central that it has not confirmed yet. */
export interface PendingReport {
  /** Its place in the order in which they came. */
  readonly at: number;
  readonly download: string;
  readonly report: Uint8Array;
}

/** The database of a secondary, and its only SQL. Every change is durable once its method returns. */
export class SecondaryStore {
  private readonly database: StoreDatabase;
  protected readonly db: Database;

  /** Opens or makes the database in `file`; ":memory:" keeps it in memory. Throws StoreError. */
  constructor(file: string) {
    this.database = StoreDatabase.open(file, { owner: "secondary", migrations: MIGRATIONS, safeIntegers: true });
    this.db = this.database.db;
  }

  close(): void {
    this.database.close();
  }

  /** The damaged database in whose place this one was begun now, if there was one. */
  damagedDatabase(): DamagedDatabase | null {
    return this.database.damaged;
  }

  recordsAfter(after: string, limit: number): FileRecord[] {
    const sql = `SELECT name, size, mtime_ns, ctime_ns, inode, id, vector, changed, edits, blake3, sha256 FROM files
                 WHERE name > ? ORDER BY name LIMIT ?`;
    return this.db.query<FileRow, [string, number]>(sql).all(after, limit).map(toRecord);
  }

  vanished(): VanishedFile[] {
    const sql = "SELECT name, id, vector, changed, edits FROM vanished ORDER BY at";
    return this.db
      .query<VanishedRow, []>(sql)
      .all()
      .map(({ name, ...row }) => ({ name, ...toDescent(row) }));
  }

  /** Forgets all that is known of the folder. */
  deleteFiles(): void {
    this.db.transaction(() => {
      this.db.run("DELETE FROM files");
      this.db.run("DELETE FROM piece_digests");
      this.db.run("DELETE FROM vanished");
      this.db.run("DELETE FROM install_plans");
      this.db.query("DELETE FROM facts WHERE key = ?").run(SCANNED_KEY);
    })();
  }

  installPlans(): InstallPlan[] {
    const rows = this.db.query<PlanRow, []>("SELECT number, files FROM install_plans ORDER BY number").all();
    return rows.map(({ number, files }) => ({ number: Number(number), files }));
  }

  save({ put: putFile, drop, vanished, forget, planned, over, undigested }: StoredChanges): void {
    this.db.transaction(() => {
      for (const name of drop) this.db.query("DELETE FROM files WHERE name = ?").run(name);
      for (const name of forget) this.db.query("DELETE FROM vanished WHERE name = ?").run(name);
      for (const each of vanished) this.putVanished(each);
      for (const { record, hashes, digests } of putFile) {
        this.put(record, hashes);
        if (digests) this.putDigests(record.id, digests);
      }
      for (const id of undigested) this.db.query("DELETE FROM piece_digests WHERE id = ?").run(id);
      for (const number of over) this.db.query("DELETE FROM install_plans WHERE number = ?").run(number);
      const putPlan = this.db.query("INSERT INTO install_plans (number, files) VALUES (?, ?)");
      for (const { number, files } of planned) putPlan.run(number, files);
    })();
  }

  hashes(name: string, id: string): Uint8Array | null {
    const sql = "SELECT hashes FROM files WHERE name = ? AND id = ?";
    return this.db.query<{ hashes: Uint8Array }, [string, string]>(sql).get(name, id)?.hashes ?? null;
  }

  /** The digests of one kind of a version's pieces, one after the other; null when none of that kind were made. */
  digests(id: string, of: PieceDigest): Uint8Array | null {
    const sql = "SELECT digests FROM piece_digests WHERE id = ? AND kind = ?";
    return this.db.query<{ digests: Uint8Array }, [string, string]>(sql).get(id, of)?.digests ?? null;
  }

  /** Counts that this secondary served a piece of `name` to `download`; false when that was counted before. */
  countServed(download: string, name: string): boolean {
    return this.db.transaction(() => {
      const known = "SELECT 1 FROM served_downloads WHERE download = ? AND name = ?";
      if (this.db.query(known).get(download, name)) return false;
      const { lastInsertRowid } = this.db
        .query("INSERT INTO served_downloads (download, name) VALUES (?, ?)")
        .run(download, name);
      this.db.query("DELETE FROM served_downloads WHERE at <= ?").run(Number(lastInsertRowid) - MAX_COUNTED_DOWNLOADS);
      this.addServed(name, 1);
      return true;
    })();
  }

  /** Downloads served, by the file's name. */
  servedCounts(): Map<string, number> {
    const rows = this.db
      .query<{ name: string; downloads: bigint }, []>("SELECT name, downloads FROM served ORDER BY name")
      .all();
    return new Map(rows.map((row) => [row.name, Number(row.downloads)]));
  }

  /** Whether an old installation's counts, if there were any, are in here. */
  legacyImported(): boolean {
    return this.database.legacyImported();
  }

  /** Takes over the counts of an old installation, once in the life of this store; says whether it did so now. */
  importLegacy(old: LegacyCounts | null): boolean {
    const importCounts = () => {
      for (const [name, downloads] of old ?? []) this.addServed(name, downloads);
    };
    return this.database.importLegacy(importCounts) && old !== null;
  }

  /**
   * Keeps a report until it is dropped; a second one of the same download replaces the first. Gives how many old ones had
   * to be given up for it.
   */
  addReport(download: string, report: Uint8Array): number {
    return this.db.transaction(() => {
      const sql = `INSERT INTO pending_reports (download, report) VALUES (?, ?)
                   ON CONFLICT (download) DO UPDATE SET report = excluded.report`;
      this.db.query(sql).run(download, report);
      const bound = "DELETE FROM pending_reports WHERE at <= (SELECT max(at) FROM pending_reports) - ?";
      return this.db.query(bound).run(MAX_KEPT_REPORTS).changes;
    })();
  }

  /** Reports in the order in which they came, from after a place of that order on; at most `limit`. */
  pendingReports(after: number, limit: number): PendingReport[] {
    const sql = "SELECT at, download, report FROM pending_reports WHERE at > ? ORDER BY at LIMIT ?";
    const rows = this.db.query<Omit<PendingReport, "at"> & { at: bigint }, [number, number]>(sql).all(after, limit);
    return rows.map((row) => ({ ...row, at: Number(row.at) }));
  }

  deleteReport(download: string): void {
    this.db.query("DELETE FROM pending_reports WHERE download = ?").run(download);
  }

  /** What `setMeta` stored under `key`, or null. */
  meta(key: string): string | null {
    return this.database.meta(key);
  }

  setMeta(key: string, value: string): void {
    this.database.setMeta(key, value);
  }

  private addServed(name: string, downloads: number): void {
    this.database.addDownloads("served", name, downloads, MAX_COUNTED_FILES);
  }

  private putVanished({ name, id, vector, changed, edits }: VanishedFile): void {
    const sql = `INSERT OR REPLACE INTO vanished (name, id, vector, changed, edits) VALUES (?, ?, ?, ?, ?)`;
    const { lastInsertRowid } = this.db.query(sql).run(name, id, vector, changed ? 1 : 0, edits);
    this.db.query("DELETE FROM vanished WHERE at <= ?").run(Number(lastInsertRowid) - MAX_VANISHED);
  }

  private putDigests(id: string, pieces: PieceDigests): void {
    const put = this.db.query("INSERT OR REPLACE INTO piece_digests (id, kind, digests) VALUES (?, ?, ?)");
    for (const kind of PIECE_DIGESTS) {
      const made = pieces[kind];
      if (made) put.run(id, kind, made);
    }
  }

  private put(record: FileRecord, hashes: Uint8Array | null): void {
    const { name, size, mtimeNs, ctimeNs, id, vector, edits, blake3, sha256 } = record;
    // Inodes are unsigned, SQLite's integers are not.
    const inode = BigInt.asIntN(64, record.inode);
    const changed = record.changed ? 1 : 0;
    if (hashes === null) {
      const sql = `UPDATE files SET size = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, vector = ?, changed = ?, edits = ?,
                   blake3 = ?, sha256 = ? WHERE name = ? AND id = ?`;
      this.db.query(sql).run(size, mtimeNs, ctimeNs, inode, vector, changed, edits, blake3, sha256, name, id);
      return;
    }
    const sql = `INSERT OR REPLACE INTO files
                 (name, size, mtime_ns, ctime_ns, inode, id, vector, changed, edits, blake3, sha256, hashes)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    this.db.query(sql).run(name, size, mtimeNs, ctimeNs, inode, id, vector, changed, edits, blake3, sha256, hashes);
  }
}

function idsOf(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}
