import { Database } from "bun:sqlite";
import fs from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { DamagedDatabase } from "../../../src/platform/sqlite.ts";
import { type CrashState, onVolumes } from "../model/crash-states.ts";
import type { History, Moment } from "../model/history.ts";
import { type Unit, unitsOf } from "../model/persistence.ts";
import { materialize, type Tree, treeOf } from "../model/tree.ts";
import type { CrashCheck } from "./crash-check.ts";

/** A store that was opened where a power loss has left its database. */
interface OpenedStore {
  damagedDatabase(): DamagedDatabase | null;
  close(): void;
}

export interface CheckedDatabase {
  /** Which it is, for people. */
  readonly name: string;
  /** The top folder of the volume that the database is on. */
  readonly volume: string;
  readonly path: string;
  /** The statistics file beside it. */
  readonly statistics: string;
  open(path: string): OpenedStore;
  /** Throws when the file holds no statistics. */
  readStatistics(path: string): Promise<unknown>;
}

/**
 * What must be right of a database after a power loss: its store opens it and finds no damage, and in it is exactly what had
 * been stored at some moment, which is not before the last one at which the store had answered that it is durable.
 */
export class DatabaseCheck implements CrashCheck {
  readonly name: string;
  readonly history: History;
  private readonly units: readonly Unit[];
  /** What the database holds while the power is on, by the number of changes by then. */
  private readonly contents = new Map<number, string>();

  /** `scratch`: a folder for copies. */
  constructor(
    history: History,
    private readonly database: CheckedDatabase,
    private readonly scratch: string,
  ) {
    this.name = database.name;
    this.history = onVolumes(history, [database.volume]);
    this.units = unitsOf(this.history, "ordered");
  }

  periodOf(): string {
    return "";
  }

  async fault({ tree, at }: CrashState): Promise<string | null> {
    const path = this.materialize(tree, this.database.path);
    const found = contentOf(path);
    if (!this.isAllowed(found, at)) return "the database holds what it held at no moment since the last answer";
    const store = this.database.open(this.materialize(tree, this.database.path));
    const damaged = store.damagedDatabase();
    store.close();
    if (damaged) return `the database counts as damaged: ${damaged.reason}`;
    return this.database.readStatistics(join(dirname(path), basename(this.database.statistics))).then(
      () => null,
      (error: Error) => error.message,
    );
  }

  /** Whether the database may hold this after a power loss at a moment. */
  private isAllowed(found: string, at: Moment): boolean {
    const answered = this.history.syncs.filter((sync) => sync.at <= at).at(-1)?.began ?? 0;
    const count = (until: Moment) => this.units.filter(({ change }) => change.at <= until).length;
    const [first, last] = [count(answered), count(at)];
    // Nearly always it is one of these two. To read a database after each change would take long.
    if (found === this.contentAfter(first) || found === this.contentAfter(last)) return true;
    for (let changes = first + 1; changes < last; changes++) if (found === this.contentAfter(changes)) return true;
    return false;
  }

  /** What it holds after the first changes. */
  private contentAfter(changes: number): string {
    const known = this.contents.get(changes);
    if (known !== undefined) return known;
    const tree = treeOf(this.history, this.units, new Set(Array(changes).keys()));
    const content = contentOf(this.materialize(tree, this.database.path));
    this.contents.set(changes, content);
    return content;
  }

  /** Puts the volume into an empty folder; gives where a path of it is then. */
  private materialize(tree: Tree, path: string): string {
    const { volume } = this.database;
    fs.rmSync(this.scratch, { recursive: true, force: true });
    materialize(tree.get(volume) ?? new Map(), this.scratch);
    const moved = join(this.scratch, relative(volume, path));
    // As the command does it.
    fs.mkdirSync(dirname(moved), { recursive: true });
    return moved;
  }
}

/** All tables and rows of a database; of one that cannot be read, why. */
function contentOf(path: string): string {
  if (!fs.existsSync(path)) return "";
  let database: Database | null = null;
  try {
    database = new Database(path, { readwrite: true });
    const tables = database.query<{ name: string }, []>(
      "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    );
    const rows = (name: string) => database?.query(`SELECT * FROM "${name}" ORDER BY rowid`).values();
    return tables
      .all()
      .map(
        ({ name }) =>
          `${name} ${JSON.stringify(rows(name), (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value))}\n`,
      )
      .join("");
  } catch (error) {
    return `unreadable: ${error}`;
  } finally {
    database?.close();
  }
}
