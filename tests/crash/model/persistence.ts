import type { Change, History, Moment, NodeId, Sync } from "./history.ts";

/**
 * What a power loss may do to what no sync call has made durable. Both models let every page of a file be as it was at any
 * moment since it was last synced, whatever became of the other pages: 4,096 bytes are written whole, in any order, and
 * a change that came later may be there without one that came before. A rename is there whole or not at all, in both of its
 * folders: that is what every file system with a journal or with copies on write does.
 *
 * - `ordered`: ext4 with `data=ordered`, and XFS. Changes of names and lengths of one file system are in one journal, so those
 *   that are there are the first ones of all. A file that grows by a write is never longer than what was written to the
 *   disk. `fsync` writes the journal as far as the last change of that file or folder: with it everything older, of other
 *   files too.
 * - `loose`: what POSIX promises, and no more. Changes of the names in one folder come in their order, those of different
 *   folders in any. A length may be there without the bytes and the bytes without the length. `fsync` of a file makes its
 *   bytes and length durable and not its name; of a folder the names in it, and not the folder's own name.
 *
 * `syncfs` and `sync` make all of a file system durable in both.
 */
export type Model = "ordered" | "loose";

/** A change, what must be on the disk before it, and the moment from which it is there for sure (Infinity: never). */
export interface Unit {
  readonly change: Change;
  /** Indexes of units, all lower than its own. */
  readonly needs: readonly number[];
  readonly durableAt: Moment;
}

/** The changes of a history as units of a model, in their order. */
export function unitsOf(history: History, model: Model): Unit[] {
  const needs = new Needs(history, model);
  const units = history.changes.map((change) => ({
    change,
    needs: needs.of(change),
    durableAt: Number.POSITIVE_INFINITY,
  }));
  for (const sync of history.syncs) {
    const limit = model === "ordered" ? journalLimit(history, sync) : null;
    for (const unit of units) {
      if (unit.change.at > sync.began) break;
      if (isCovered(history, unit.change, sync, limit)) unit.durableAt = Math.min(unit.durableAt, sync.at);
    }
  }
  for (const unit of [...units].reverse()) {
    for (const index of unit.needs) {
      const needed = units[index];
      if (needed) needed.durableAt = Math.min(needed.durableAt, unit.durableAt);
    }
  }
  return units;
}

/** Up to which moment the journal is written by a sync. */
function journalLimit(history: History, { node, began }: Sync): Moment {
  if (node === null) return began;
  const own = history.changes.filter((change) => change.at <= began && concerns(change, node));
  return own.at(-1)?.at ?? 0;
}

function isCovered(history: History, change: Change, sync: Sync, journalled: Moment | null): boolean {
  const { node, volume } = sync;
  if (history.volumeOf.get(change.node) !== volume) return false;
  if (node === null) return true;
  if (change.kind !== "page" && journalled !== null) {
    return isJournalled(change) ? change.at <= journalled : change.node === node;
  }
  if (change.kind === "name") return change.folders.includes(node);
  return change.node === node;
}

function concerns(change: Change, node: NodeId): boolean {
  return change.node === node || (change.kind === "name" && change.folders.includes(node));
}

/** Whether an `ordered` file system has it in the one order of its journal. */
function isJournalled(change: Change): boolean {
  return change.kind === "name" || (change.kind === "size" && change.how === "set");
}

/** Finds out what each change needs; to be asked of the changes in their order. */
class Needs {
  private index = -1;
  /** The last changes so far, by what they are of. */
  private readonly last = new Map<string, number>();
  /** The changes of pages just before: those of the same write. */
  private written: number[] = [];
  private writtenAt: Moment = 0;

  constructor(
    private readonly history: History,
    private readonly model: Model,
  ) {}

  of(change: Change): number[] {
    this.index += 1;
    if (change.kind === "page") return this.ofPage(change.node, change.page, change.at);
    if (change.kind === "name") {
      const folders = change.folders.map((folder) => `names ${folder}`);
      return this.follow(this.isOrdered ? [this.journal(change.node)] : folders);
    }
    const size = `size ${change.node}`;
    if (!this.isOrdered) return this.follow([size]);
    if (change.how === "set") return this.follow([this.journal(change.node), size, `cut ${change.node}`]);
    return [...this.follow([size]), ...this.written];
  }

  private get isOrdered(): boolean {
    return this.model === "ordered";
  }

  private journal(node: NodeId): string {
    return `journal ${this.history.volumeOf.get(node)}`;
  }

  private ofPage(node: NodeId, page: number, at: Moment): number[] {
    if (at !== this.writtenAt) this.written = [];
    this.writtenAt = at;
    this.written.push(this.index);
    const cut = this.isOrdered ? this.last.get(`cut ${node}`) : undefined;
    const needs = this.follow([`page ${node} ${page}`]);
    return cut === undefined ? needs : [...needs, cut];
  }

  /** The last changes of these kinds, of which this is the next. */
  private follow(keys: readonly string[]): number[] {
    const needs = keys.map((key) => this.last.get(key)).filter((index) => index !== undefined);
    for (const key of keys) this.last.set(key, this.index);
    return [...new Set(needs)];
  }
}
