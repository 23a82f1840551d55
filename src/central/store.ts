import type { Database } from "bun:sqlite";
import type { LegacyCounts } from "../platform/legacy-counts.ts";
import { type Random, uniqueId } from "../platform/random.ts";
import { type DamagedDatabase, newerVersionError, openDatabase, toStoreError } from "../platform/sqlite.ts";
import { vectorFromIds } from "../protocol/versions/version-vector.ts";
import { MAX_TOMBSTONES, type Tombstone } from "./tombstones/tombstone.ts";

/** Ids of counted downloads that are remembered, so that a late second report is known for one. */
const MAX_COUNTED_DOWNLOADS = 100_000;
const SCHEMA = 2;

export interface DownloadCount {
  readonly name: string;
  readonly downloads: number;
}

export type CountKind = "files" | "clients";

export interface PersistedState {
  /** An id of this history of removals: serial numbers mean nothing beside another one. */
  readonly epoch: string;
  /** Whether the cluster was in step once. */
  readonly synchronized: boolean;
  readonly removals: readonly Tombstone[];
}

const TABLES: Readonly<Record<CountKind, string>> = { files: "file_downloads", clients: "client_downloads" };

/** What of a central must survive it: statistics, removals, and that the cluster was once in step. The only SQL here. */
export class CentralStore {
  private readonly database: Database;
  private readonly damaged: DamagedDatabase | null;

  /** Opens or makes the database at `path`. Throws {@link StoreError}. */
  constructor(path: string, random: Random) {
    const { db, damaged } = openDatabase(path, { owner: "central" });
    this.database = db;
    this.damaged = damaged;
    try {
      const version = this.database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
      if (version > SCHEMA) throw newerVersionError(path);
      if (version === 0) this.create(random);
      if (version === 1) this.numberRemovals();
    } catch (error) {
      this.database.close();
      throw toStoreError(path, "central", error);
    }
  }

  /** The damaged database in whose place this one was begun now, if there was one. */
  damagedDatabase(): DamagedDatabase | null {
    return this.damaged;
  }

  /** What the central goes on with after a restart. */
  loadState(): PersistedState {
    const removals = this.removals();
    return { epoch: this.meta("epoch") ?? "", synchronized: this.meta("synchronized") === "yes", removals };
  }

  markSynchronized(): void {
    this.setMeta("synchronized", "yes");
  }

  /** Counts a finished download, once for each id. Durable when it returns; says whether it is new. */
  countDownload(download: string, client: string, name: string, now: number): boolean {
    return this.database.transaction(() => {
      const added = this.database.run("INSERT OR IGNORE INTO counted (download, at) VALUES (?, ?)", [download, now]);
      if (added.changes === 0) return false;
      this.addDownloads("files", name, 1);
      this.addDownloads("clients", client, 1);
      const id = Number(added.lastInsertRowid);
      if (id % 1000 === 0) this.database.run("DELETE FROM counted WHERE rowid <= ?", [id - MAX_COUNTED_DOWNLOADS]);
      return true;
    })();
  }

  /** Rows after a name, in the order of names. */
  downloadCounts(kind: CountKind, after: string, limit: number): DownloadCount[] {
    const sql = `SELECT name, downloads FROM ${TABLES[kind]} WHERE name > ? ORDER BY name LIMIT ?`;
    return this.database.query<DownloadCount, [string, number]>(sql).all(after, limit);
  }

  /** All counts, for the statistics file. */
  allDownloadCounts(kind: CountKind): Map<string, number> {
    const rows = this.database
      .query<DownloadCount, []>(`SELECT name, downloads FROM ${TABLES[kind]} ORDER BY name`)
      .all();
    return new Map(rows.map(({ name, downloads }) => [name, downloads]));
  }

  /** Whether an old installation's counts, if there were any, are in here. */
  legacyImported(): boolean {
    return this.meta("taken-over") !== null;
  }

  /** Takes over the counts of an old installation, once in the life of this store; says whether it did so now. */
  importLegacy(old: Readonly<Record<CountKind, LegacyCounts>> | null): boolean {
    return this.database.transaction(() => {
      if (this.legacyImported()) return false;
      this.setMeta("taken-over", "yes");
      for (const kind of ["files", "clients"] as const) {
        for (const [name, downloads] of old?.[kind] ?? []) this.addDownloads(kind, name, downloads);
      }
      return old !== null;
    })();
  }

  private removals(): Tombstone[] {
    const sql = "SELECT serial, name, id, vector, edits, others FROM removals ORDER BY serial";
    const rows = this.database.query<Omit<Tombstone, "others"> & { others: string }, []>(sql).all();
    return rows.map((row) => ({ ...row, others: idsOf(row.others) }));
  }

  /** Takes so many serial numbers, one after the other; gives the first. */
  allocateSerials(count: number): number {
    const last = Number(this.meta("serial") ?? "0");
    this.setMeta("serial", String(last + count));
    return last + 1;
  }

  addTombstones(removals: readonly Tombstone[]): void {
    this.database.transaction(() => {
      const sql = "INSERT OR REPLACE INTO removals (name, serial, id, vector, edits, others) VALUES (?, ?, ?, ?, ?, ?)";
      for (const { serial, name, id, vector, edits, others } of removals) {
        this.database.run(sql, [name, serial, id, vector, edits, others.join(" ")]);
      }
      const last = removals.at(-1)?.serial ?? 0;
      // There is no index over the numbers: not before there can be one to forget.
      if (last > MAX_TOMBSTONES) this.database.run("DELETE FROM removals WHERE serial <= ?", [last - MAX_TOMBSTONES]);
    })();
  }

  deleteTombstones(names: readonly string[]): void {
    this.database.transaction(() => {
      for (const name of names) this.database.run("DELETE FROM removals WHERE name = ?", [name]);
    })();
  }

  close(): void {
    this.database.close();
  }

  private create(random: Random): void {
    this.database.transaction(() => {
      this.database.run("CREATE TABLE file_downloads (name TEXT PRIMARY KEY, downloads INTEGER NOT NULL) STRICT");
      this.database.run("CREATE TABLE client_downloads (name TEXT PRIMARY KEY, downloads INTEGER NOT NULL) STRICT");
      this.database.run("CREATE TABLE counted (download TEXT UNIQUE NOT NULL, at REAL NOT NULL) STRICT");
      this.database.run(
        `CREATE TABLE removals
           (name TEXT PRIMARY KEY, serial INTEGER NOT NULL, id TEXT NOT NULL, vector TEXT NOT NULL, edits TEXT NOT NULL,
            others TEXT NOT NULL)
           STRICT`,
      );
      this.database.run("CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT");
      this.setMeta("epoch", uniqueId(random));
      this.database.run(`PRAGMA user_version = ${SCHEMA}`);
    })();
  }

  /** Takes over the removals of a time when they had no vectors, and named what the removed version had replaced. */
  private numberRemovals(): void {
    this.database.transaction(() => {
      this.database.run("ALTER TABLE removals RENAME COLUMN ancestors TO others");
      this.database.run("ALTER TABLE removals ADD COLUMN vector TEXT NOT NULL DEFAULT ''");
      this.database.run("ALTER TABLE removals ADD COLUMN edits TEXT NOT NULL DEFAULT ''");
      for (const { name, id, others } of this.removals()) {
        this.database.run("UPDATE removals SET vector = ? WHERE name = ?", [vectorFromIds(id, others), name]);
      }
      this.database.run(`PRAGMA user_version = ${SCHEMA}`);
    })();
  }

  private addDownloads(kind: CountKind, name: string, downloads: number): void {
    const sql = `INSERT INTO ${TABLES[kind]} (name, downloads) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET downloads = downloads + excluded.downloads`;
    this.database.run(sql, [name, downloads]);
  }

  private meta(key: string): string | null {
    const row = this.database.query<{ value: string }, [string]>("SELECT value FROM facts WHERE key = ?").get(key);
    return row?.value ?? null;
  }

  private setMeta(key: string, value: string): void {
    this.database.run("INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)", [key, value]);
  }
}

function idsOf(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}
