import type { Database } from "bun:sqlite";
import { identityFromUri, uriOf } from "../keys/identity.ts";
import { isOver } from "../keys/trust/revocations.ts";
import type { Address } from "../net/address/address.ts";
import type { LegacyCounts } from "../platform/legacy-counts.ts";
import { type Random, uniqueId } from "../platform/random.ts";
import { type DamagedDatabase, type Migration, StoreDatabase } from "../platform/sqlite.ts";
import {
  MAX_COUNTED_CLIENTS,
  MAX_COUNTED_DOWNLOADS,
  MAX_COUNTED_FILES,
  MAX_KNOWN_KEYS,
  MAX_REVOCATIONS,
} from "../protocol/limits.ts";
import { vectorFromIds } from "../protocol/versions/version-vector.ts";
import type { DatedRevocation, SeenKey } from "./keys/known-keys.ts";
import { MAX_TOMBSTONES, type Tombstone } from "./tombstones/tombstone.ts";

export interface DownloadCount {
  readonly name: string;
  readonly downloads: number;
}

export type CountKind = "files" | "clients";

/** What counts are ordered by; equal ones by name, the same way round. */
export interface CountOrder {
  readonly sort: "name" | "downloads";
  readonly order: "asc" | "desc";
}

const BY_NAME: CountOrder = { sort: "name", order: "asc" };

/** A secondary that has registered at some time, and where it was. */
export interface KnownSecondary extends Address {
  readonly number: number;
}

export interface PersistedState {
  /** The id of this history of tombstones: serial numbers of another one mean nothing here. */
  readonly epoch: string;
  /** Whether the cluster was in step once. */
  readonly synchronized: boolean;
  readonly tombstones: readonly Tombstone[];
  /** Who came with which key, in the order in which they first came. */
  readonly seenKeys: readonly SeenKey[];
  /** Those that are revoked. */
  readonly revocations: readonly DatedRevocation[];
  /** Who has registered, and was not forgotten. */
  readonly secondaries: readonly KnownSecondary[];
}

/** Bytes of an Ed25519 key. */
const SEED_BYTES = 32;

const MAX_NAMES: Readonly<Record<CountKind, number>> = { files: MAX_COUNTED_FILES, clients: MAX_COUNTED_CLIENTS };
const TABLES: Readonly<Record<CountKind, string>> = { files: "file_downloads", clients: "client_downloads" };

interface TombstoneRow extends Omit<Tombstone, "others" | "putAgain" | "moved"> {
  readonly others: string;
  readonly put_again: string | null;
  readonly moved_as: string | null;
  readonly moved_edit: string | null;
}

interface SeenKeyRow extends Omit<SeenKey, "identity" | "isClusterKey"> {
  readonly identity: string;
  readonly cluster: number;
}

/** `random`: where the epoch of a new database comes from. */
const migrations = (random: Random): readonly Migration[] => [
  (db) => {
    db.run(`CREATE TABLE file_downloads (name TEXT PRIMARY KEY, downloads INTEGER NOT NULL) STRICT;
      CREATE TABLE client_downloads (name TEXT PRIMARY KEY, downloads INTEGER NOT NULL) STRICT;
      CREATE TABLE counted (download TEXT UNIQUE NOT NULL, at REAL NOT NULL) STRICT;
      CREATE TABLE removals
        (name TEXT PRIMARY KEY, serial INTEGER NOT NULL, id TEXT NOT NULL, ancestors TEXT NOT NULL) STRICT`);
    db.run("INSERT INTO facts (key, value) VALUES ('epoch', ?)", [uniqueId(random)]);
  },
  // Tombstones had no vectors, and named what the removed version had replaced.
  (db) => {
    db.run(`ALTER TABLE removals RENAME COLUMN ancestors TO others;
      ALTER TABLE removals ADD COLUMN vector TEXT NOT NULL DEFAULT '';
      ALTER TABLE removals ADD COLUMN edits TEXT NOT NULL DEFAULT ''`);
    const rows = db.query<Pick<TombstoneRow, "name" | "id" | "others">, []>("SELECT name, id, others FROM removals");
    for (const { name, id, others } of rows.all()) {
      db.run("UPDATE removals SET vector = ? WHERE name = ?", [vectorFromIds(id, idsOf(others)), name]);
    }
  },
  // Until now a void tombstone was deleted.
  (db) => void db.run("ALTER TABLE removals ADD COLUMN put_again TEXT"),
  (db) =>
    void db.run(`CREATE TABLE seen_keys (
        at INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL, identity TEXT NOT NULL,
        authority TEXT NOT NULL, cluster INTEGER NOT NULL, until INTEGER NOT NULL, seen INTEGER NOT NULL, UNIQUE (fingerprint, identity)
      ) STRICT;
      CREATE TABLE revocations (fingerprint TEXT PRIMARY KEY, until INTEGER NOT NULL, at INTEGER NOT NULL) STRICT`),
  (db) => void db.run("ALTER TABLE removals ADD COLUMN moved_as TEXT; ALTER TABLE removals ADD COLUMN moved_edit TEXT"),
  (db) =>
    void db.run(
      "CREATE TABLE secondaries (number INTEGER PRIMARY KEY, host TEXT NOT NULL, port INTEGER NOT NULL) STRICT",
    ),
];

/** What of a central must survive it: statistics, tombstones, and that the cluster was once in step. The only SQL here. */
export class CentralStore {
  private readonly database: StoreDatabase;
  protected readonly db: Database;

  /** Opens or makes the database at `path`. Throws {@link StoreError}. */
  constructor(
    path: string,
    private readonly random: Random,
  ) {
    this.database = StoreDatabase.open(path, { owner: "central", migrations: migrations(random) });
    this.db = this.database.db;
  }

  /** The damaged database in whose place this one was begun now, if there was one. */
  damagedDatabase(): DamagedDatabase | null {
    return this.database.damaged;
  }

  /** What the central goes on with after a restart. */
  loadState(): PersistedState {
    const { database } = this;
    const synchronized = database.meta("synchronized") === "yes";
    const kept = { tombstones: tombstonesIn(this.db), seenKeys: this.seenKeys(), revocations: this.revocations() };
    const secondaries = this.db.query<KnownSecondary, []>("SELECT number, host, port FROM secondaries ORDER BY number");
    return { epoch: database.meta("epoch") ?? "", synchronized, ...kept, secondaries: secondaries.all() };
  }

  markSynchronized(): void {
    this.database.setMeta("synchronized", "yes");
  }

  /** It belongs to the cluster from now on. */
  rememberSecondary({ number, host, port }: KnownSecondary): void {
    this.db.run("INSERT OR REPLACE INTO secondaries (number, host, port) VALUES (?, ?, ?)", [number, host, port]);
  }

  forgetSecondary(number: number): void {
    this.db.run("DELETE FROM secondaries WHERE number = ?", [number]);
  }

  /** Counts a finished download, once for each id. Durable when it returns; says whether it is new. */
  countDownload(download: string, client: string, name: string, now: number): boolean {
    return this.db.transaction(() => {
      const added = this.db.run("INSERT OR IGNORE INTO counted (download, at) VALUES (?, ?)", [download, now]);
      if (added.changes === 0) return false;
      this.addDownloads("files", name, 1);
      this.addDownloads("clients", client, 1);
      const id = Number(added.lastInsertRowid);
      if (id % 1000 === 0) this.db.run("DELETE FROM counted WHERE rowid <= ?", [id - MAX_COUNTED_DOWNLOADS]);
      return true;
    })();
  }

  /** Rows after a name, in the order of names. */
  downloadCounts(kind: CountKind, after: string, limit: number): DownloadCount[] {
    return this.downloadPage(kind, BY_NAME, { name: after, downloads: 0 }, limit);
  }

  /** Rows after a row, in an order; null: the first ones. */
  downloadPage(
    kind: CountKind,
    { sort, order }: CountOrder,
    after: DownloadCount | null,
    limit: number,
  ): DownloadCount[] {
    const [way, follows] = order === "asc" ? ["ASC", ">"] : ["DESC", "<"];
    const columns = sort === "name" ? ["name"] : ["downloads", "name"];
    const place = after === null ? [] : sort === "name" ? [after.name] : [after.downloads, after.name];
    const behind = after === null ? "" : `WHERE (${columns.join()}) ${follows} (${columns.map(() => "?").join()})`;
    const by = columns.map((column) => `${column} ${way}`).join();
    const sql = `SELECT name, downloads FROM ${TABLES[kind]} ${behind} ORDER BY ${by} LIMIT ?`;
    return this.db.query<DownloadCount, (string | number)[]>(sql).all(...place, limit);
  }

  /** All counts, for the statistics file. */
  allDownloadCounts(kind: CountKind): Map<string, number> {
    const rows = this.db.query<DownloadCount, []>(`SELECT name, downloads FROM ${TABLES[kind]} ORDER BY name`).all();
    return new Map(rows.map(({ name, downloads }) => [name, downloads]));
  }

  /** Whether an old installation's counts, if there were any, are in here. */
  legacyImported(): boolean {
    return this.database.legacyImported();
  }

  /** Takes over the counts of an old installation, once in the life of this store; says whether it did so now. */
  importLegacy(old: Readonly<Record<CountKind, LegacyCounts>> | null): boolean {
    const importCounts = () => {
      for (const kind of ["files", "clients"] as const) {
        for (const [name, downloads] of old?.[kind] ?? []) this.addDownloads(kind, name, downloads);
      }
    };
    return this.database.importLegacy(importCounts) && old !== null;
  }

  /** Takes so many serial numbers, one after the other; gives the first. */
  allocateSerials(count: number): number {
    const last = Number(this.database.meta("serial") ?? "0");
    this.database.setMeta("serial", String(last + count));
    return last + 1;
  }

  /** Adds them, each in the place of the one that its name had. */
  addTombstones(tombstones: readonly Tombstone[]): void {
    this.db.transaction(() => {
      const sql = `INSERT OR REPLACE INTO removals
                   (name, serial, id, vector, edits, others, put_again, moved_as, moved_edit)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
      for (const { serial, name, id, vector, edits, others, putAgain, moved } of tombstones) {
        const again = putAgain?.join(" ") ?? null;
        const place = [moved?.as ?? null, moved?.edit ?? null];
        this.db.run(sql, [name, serial, id, vector, edits, others.join(" "), again, ...place]);
      }
      const last = tombstones.at(-1)?.serial ?? 0;
      // Without an index over the numbers this reads the whole table, so it runs only when there can be a tombstone to
      // delete.
      if (last > MAX_TOMBSTONES) this.db.run("DELETE FROM removals WHERE serial <= ?", [last - MAX_TOMBSTONES]);
    })();
  }

  /** Durable when it returns. Where there is no room, those whose keys have ended give way. */
  addRevocation({ fingerprint, until, at }: DatedRevocation): void {
    this.db.transaction(() => {
      const all = this.revocations();
      for (const one of all.length < MAX_REVOCATIONS ? [] : all) {
        if (isOver(one.until, at)) this.db.run("DELETE FROM revocations WHERE fingerprint = ?", [one.fingerprint]);
      }
      const sql = "INSERT OR IGNORE INTO revocations (fingerprint, until, at) VALUES (?, ?, ?)";
      this.db.run(sql, [fingerprint, until, at]);
    })();
  }

  /** Beyond the most that are remembered, those that were seen least recently are deleted. */
  saveSeenKeys(keys: readonly SeenKey[]): void {
    const sql = `INSERT INTO seen_keys (fingerprint, identity, authority, cluster, until, seen) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (fingerprint, identity) DO UPDATE SET until = excluded.until, seen = excluded.seen`;
    this.db.transaction(() => {
      for (const { fingerprint, identity, authority, isClusterKey, until, seen } of keys) {
        this.db.run(sql, [fingerprint, uriOf(identity), authority, isClusterKey ? 1 : 0, until, seen]);
      }
      const extra = "SELECT at FROM seen_keys ORDER BY seen DESC, at DESC LIMIT -1 OFFSET ?";
      this.db.run(`DELETE FROM seen_keys WHERE at IN (${extra})`, [MAX_KNOWN_KEYS]);
    })();
  }

  /** The secret with which addresses of files are signed, as hexadecimal digits: made when it is first needed. */
  addressSeed(): string {
    const known = this.database.meta("address-seed");
    if (known !== null) return known;
    const seed = Buffer.from(this.random.bytes(SEED_BYTES)).toString("hex");
    this.database.setMeta("address-seed", seed);
    return seed;
  }

  close(): void {
    this.database.close();
  }

  private seenKeys(): SeenKey[] {
    const sql = "SELECT fingerprint, identity, authority, cluster, until, seen FROM seen_keys ORDER BY at";
    return this.db
      .query<SeenKeyRow, []>(sql)
      .all()
      .flatMap(({ identity: uri, cluster, ...row }) => {
        const identity = identityFromUri(uri);
        return identity ? [{ ...row, identity, isClusterKey: cluster === 1 }] : [];
      });
  }

  private revocations(): DatedRevocation[] {
    const sql = "SELECT fingerprint, until, at FROM revocations ORDER BY at, fingerprint";
    return this.db.query<DatedRevocation, []>(sql).all();
  }

  private addDownloads(kind: CountKind, name: string, downloads: number): void {
    this.database.addDownloads(TABLES[kind], name, downloads, MAX_NAMES[kind]);
  }
}

function tombstonesIn(db: Database): Tombstone[] {
  const sql = `SELECT serial, name, id, vector, edits, others, put_again, moved_as, moved_edit
               FROM removals ORDER BY serial`;
  return db
    .query<TombstoneRow, []>(sql)
    .all()
    .map(({ put_again, others, moved_as: as, moved_edit: edit, ...row }) => {
      const moved = as === null || edit === null ? null : { as, edit };
      return { ...row, others: idsOf(others), putAgain: put_again === null ? null : idsOf(put_again), moved };
    });
}

function idsOf(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}
