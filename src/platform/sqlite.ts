import { Database, SQLiteError } from "bun:sqlite";
import fs from "node:fs";
import { dirname } from "node:path";
import { english, type Sentence, say, type Told } from "../sentences/sentence.ts";
import { SentenceError } from "../sentences/sentence-error.ts";
import { type Clock, systemClock } from "./clock.ts";
import { toDiskError } from "./disk/disk-errors.ts";

/** Milliseconds that a statement waits for another process which has the database: a `sqlite3` that somebody looks into it with. */
const BUSY_TIMEOUT_MS = 5000;
/** What the files of one database have at the end of their names: itself, and those of its log. */
const COMPANIONS = ["", "-wal", "-shm"] as const;
/** The file beside a database that is being made: with it SQLite undoes what a power loss has left half done. */
const MAKING = "-journal";
/** With which each database begins. */
const MAGIC = Buffer.from("SQLite format 3\0");

/** The database cannot be used; the message is one line that names the file and says what to do. */
export class StoreError extends SentenceError {}

/** What is in the file is no database, or not a whole one. */
class DamagedError extends StoreError {
  constructor(
    path: string,
    readonly reason: Told,
  ) {
    super(say("the database {path} is damaged ({reason})", { path, reason }));
  }
}

/** A damaged database that has made place for a new one. */
export interface DamagedDatabase {
  /** Where it is now. */
  readonly path: string;
  readonly reason: string;
}

/** Brings the tables from one version to the next. */
export type Migration = (db: Database) => void;

export interface OpenOptions {
  /** Whose it is: a second process of that kind must not use it at the same time. */
  readonly owner: string;
  /** The one at an index comes from the version that is the index. Only ever append. */
  readonly migrations: readonly Migration[];
  /** Whether integers are read as bigint. */
  readonly safeIntegers?: boolean;
  readonly clock?: Clock;
}

/** The key under which it is stored that the counts of an old installation were imported. */
const LEGACY_IMPORTED = "taken-over";

/** A store's database at the newest version of its tables, with a table of single values. Integers are as `options` say. */
export class StoreDatabase {
  private constructor(
    readonly db: Database,
    /** The damaged database in whose place this one was begun now, if there was one. */
    readonly damaged: DamagedDatabase | null,
  ) {}

  /**
   * Opens or makes a database for this process alone; what is written to it is durable. A damaged one is set aside under
   * another name, with nothing of it deleted, and a new one is made. Throws {@link StoreError}.
   */
  static open(path: string, options: OpenOptions): StoreDatabase {
    try {
      return new StoreDatabase(open(path, options), null);
    } catch (error) {
      if (!(error instanceof DamagedError) || path === ":memory:") throw error;
      const aside = quarantineDatabase(path, options.clock ?? systemClock, error);
      return new StoreDatabase(open(path, options), { path: aside, reason: english(error.reason) });
    }
  }

  /** What `setMeta` stored under `key`, or null. */
  meta(key: string): string | null {
    const query = this.db.query<{ value: string }, [string]>("SELECT value FROM facts WHERE key = ?");
    return query.get(key)?.value ?? null;
  }

  setMeta(key: string, value: string): void {
    const sql = "INSERT INTO facts (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    this.db.query(sql).run(key, value);
  }

  deleteMeta(key: string): void {
    this.db.query("DELETE FROM facts WHERE key = ?").run(key);
  }

  /**
   * Adds to a row of a table with the columns `name` and `downloads`. Others choose the names: beyond `maxNames` further ones
   * are not counted. Must be called in a transaction.
   */
  addDownloads(table: string, name: string, downloads: number, maxNames: number): void {
    const update = `UPDATE ${table} SET downloads = downloads + ? WHERE name = ?`;
    if (this.db.query(update).run(downloads, name).changes > 0) return;
    // None is ever deleted: the last row's number is how many there are.
    const insert = `INSERT INTO ${table} (name, downloads) SELECT ?, ? WHERE (SELECT ifnull(max(rowid), 0) FROM ${table}) < ?`;
    this.db.query(insert).run(name, downloads, maxNames);
  }

  /** Whether `importLegacy` has run in this database. */
  legacyImported(): boolean {
    return this.meta(LEGACY_IMPORTED) !== null;
  }

  /** Runs `importCounts` once in the life of the database, in a transaction; says whether it did so now. */
  importLegacy(importCounts: () => void): boolean {
    return this.db.transaction(() => {
      if (this.legacyImported()) return false;
      this.setMeta(LEGACY_IMPORTED, "yes");
      importCounts();
      return true;
    })();
  }

  close(): void {
    this.db.close();
  }
}

function open(path: string, { owner, migrations, safeIntegers = false }: OpenOptions): Database {
  let db: Database | undefined;
  try {
    const fault = findDamage(path);
    if (fault !== null) throw new DamagedError(path, fault);
    db = new Database(path, { create: true, readwrite: true, strict: true, safeIntegers });
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    db.run("PRAGMA locking_mode = EXCLUSIVE");
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA synchronous = FULL");
    db.run("PRAGMA foreign_keys = ON");
    const found = db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check;
    if (found !== "ok") throw new DamagedError(path, found === undefined ? say("it cannot be checked") : oneRow(found));
    migrate(db, path, migrations);
    return db;
  } catch (cause) {
    db?.close();
    throw toStoreError(path, owner, cause);
  }
}

function migrate(db: Database, path: string, migrations: readonly Migration[]): void {
  const row = db.query<{ user_version: number | bigint }, []>("PRAGMA user_version").get();
  const version = Number(row?.user_version ?? 0);
  if (version > migrations.length) {
    const text = say(
      "the database {path} was written by a newer version of redes: use that version, or give another folder with --data",
      { path },
    );
    throw new StoreError(text);
  }
  if (version === migrations.length) return;
  db.transaction(() => {
    if (version === 0) db.run("CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT");
    for (const migration of migrations.slice(version)) migration(db);
    db.run(`PRAGMA user_version = ${migrations.length}`);
  }).immediate();
}

/**
 * Why a file is no database, as its first bytes show; null when it is one. SQLite must not open such a file: it would delete the log of it, in
 * which the last changes may be.
 */
function findDamage(path: string): Sentence | null {
  const { size = 0 } = fs.statSync(path, { throwIfNoEntry: false }) ?? {};
  const log = fs.statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (log === 0 && fs.existsSync(path + MAKING)) return null;
  if (size === 0) return log > 0 ? say("it is empty, though there is a log beside it") : null;
  const fd = fs.openSync(path, "r");
  try {
    const head = Buffer.alloc(MAGIC.length);
    fs.readSync(fd, head, 0, head.length, 0);
    return head.equals(MAGIC) ? null : say("it is no database");
  } finally {
    fs.closeSync(fd);
  }
}

/** The error for its user when the database at `path` failed with `cause`. */
function toStoreError(path: string, owner: string, cause: unknown): Error {
  if (cause instanceof StoreError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof SQLiteError ? (cause.code ?? "") : "";
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
    return new DamagedError(path, oneRow(reason));
  }
  if (code.startsWith("SQLITE_BUSY")) {
    return new StoreError(say("the database {path} is in use: is another {owner} running with it?", { path, owner }));
  }
  if (code.startsWith("SQLITE_FULL")) {
    return new StoreError(
      say("cannot use the database {path}: the disk is full: make room, or give another folder with --data", { path }),
    );
  }
  return new StoreError(
    say("cannot use the database {path}: {reason}", { path, reason: findObstacle(path) ?? oneRow(reason) }),
  );
}

/** Why the system does not let this process write there; null when nothing is found. The errors of SQLite say little of it. */
function findObstacle(path: string): Sentence | null {
  const files = COMPANIONS.map((end) => path + end).filter((file) => fs.existsSync(file));
  for (const one of [...files, dirname(path)]) {
    try {
      fs.accessSync(one, fs.constants.R_OK | fs.constants.W_OK);
    } catch (cause) {
      const { told: reason, failure } = toDiskError("write to", one, cause);
      if (failure !== "denied") return say("{reason}: correct that, or give another folder with --data", { reason });
      return say(
        "{reason} (it belongs to user {user}): run this as that user, change the owner, or give another folder with --data",
        {
          ...{ reason, user: fs.statSync(one).uid },
        },
      );
    }
  }
  return null;
}

/** Renames a database and the files of its log. Gives its new path. Throws StoreError. */
function quarantineDatabase(path: string, clock: Clock, { told: damage }: DamagedError): string {
  const time = new Date(clock.wall()).toISOString().replaceAll(/[:.]/g, "-");
  const aside = `${path}.damaged-${time}`;
  try {
    for (const end of COMPANIONS) if (fs.existsSync(path + end)) fs.renameSync(path + end, aside + end);
  } catch (cause) {
    throw new StoreError(
      say("{damage}, and {reason}: move it away", { damage, reason: toDiskError("rename it to", aside, cause).told }),
    );
  }
  return aside;
}

function oneRow(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
