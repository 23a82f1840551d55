import type { FileHashes } from "../../hashing/hashing.ts";
import type { Cancel, Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { type Random, shortId } from "../../platform/random.ts";
import { StringPool } from "../../platform/string-pool.ts";
import type { AgreedFile } from "../../protocol/messages/secondary.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import { HashCache } from "../serving/hash-cache.ts";
import { changedDescent, type Descent, descentOf, foundDescent, newDescent, numberedDescent } from "./descent.ts";
import {
  type FileRecord,
  type Fingerprint,
  type IndexChange,
  type IndexStore,
  MAX_VANISHED,
  type RecordChanges,
  SCANNED_FACT,
  sameVersion,
  type VanishedFile,
} from "./file-record.ts";
import { FileTable } from "./file-table.ts";
import { type PendingUpdate, splitUpdates } from "./pending-update.ts";

/** Milliseconds between two transactions: what is found sooner after one goes with the next. */
const FLUSH_INTERVAL_MS = 100;
/** Updates in a transaction; as many are stored without waiting. */
const MAX_BATCH_UPDATES = 200;
/** Milliseconds before storing is tried again. */
const STORE_RETRY_MS = 1_000;
const MAX_CACHED_HASHES = 64;
const LOAD_PAGE_RECORDS = 1_000;

/**
 * What the index knows, in memory and in the store. The store is written first, the memory follows, the listener is
 * told last: what was told is never unknown after a crash.
 */
export class FileRecords {
  readonly table = new FileTable();
  private readonly store: IndexStore;
  private readonly guard: Pick<FolderGuard, "checkPresent" | "missingDiskAbove">;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly random: Random;
  private readonly cache = new HashCache(MAX_CACHED_HASHES);
  /** Records of an earlier run whose files have not been seen yet in this one. */
  private readonly lastRun = new Map<string, FileRecord>();
  private readonly updates = new Map<string, PendingUpdate>();
  /** What was known of names that have no file now, the oldest first. */
  private readonly vanished = new Map<string, VanishedFile>();
  private everScanned = false;
  private readonly vectors = new StringPool();
  private readonly edits = new StringPool();
  /** The edit that put every file here whose name was new: one text for all of them. */
  private edit: string;
  private timer: Cancel | null = null;
  private flushedAt = Number.NEGATIVE_INFINITY;
  private readonly listeners: ((changes: readonly IndexChange[]) => void)[] = [];
  private readonly leavingListeners: ((id: string) => void)[] = [];
  private scan = 0;
  private stopped = false;
  /** The last of the changes of the store that were begun: one after the other, so that the memory follows in their order. */
  private storing: Promise<unknown> = Promise.resolve();

  constructor(deps: {
    store: IndexStore;
    clock: Clock;
    random: Random;
    log: Log;
    guard: Pick<FolderGuard, "checkPresent" | "missingDiskAbove">;
  }) {
    this.guard = deps.guard;
    this.store = deps.store;
    this.clock = deps.clock;
    this.log = deps.log;
    this.random = deps.random;
    this.edit = shortId(deps.random);
  }

  /** Reads what was known at the end of the last run; `breathe` lets others work between two pages. */
  async load(breathe: () => Promise<unknown>): Promise<void> {
    for (let after: string | undefined = ""; after !== undefined; await breathe()) {
      const page: FileRecord[] = await this.store.recordsAfter(after, LOAD_PAGE_RECORDS);
      for (const record of page) this.lastRun.set(record.name, this.shared(record));
      after = page.at(-1)?.name;
    }
    for (const vanished of await this.store.vanished()) this.vanished.set(vanished.name, vanished);
    this.everScanned = (await this.store.meta(SCANNED_FACT)) !== null;
  }

  /** The whole folder is known now. */
  async markScanned(): Promise<void> {
    await this.flush();
    if (this.everScanned) return;
    this.everScanned = true;
    // What could not be stored is found again at the next start, as if nobody had put it there.
    if (this.updates.size > 0) return;
    await this.store.setMeta(SCANNED_FACT, "yes").catch((error: unknown) => {
      this.log.error("store-failed", `cannot store that the folder is known: ${error}`);
    });
  }

  listen(listener: (changes: readonly IndexChange[]) => void): void {
    this.listeners.push(listener);
  }

  /** `listener` is told of a version just before a name loses it, while its hashes can still be read. */
  onLeaving(listener: (id: string) => void): void {
    this.leavingListeners.push(listener);
  }

  private notify(changes: readonly IndexChange[]): void {
    if (changes.length > 0) for (const listener of this.listeners) listener(changes);
  }

  private versionLeaves(id: string): void {
    for (const listener of this.leavingListeners) listener(id);
  }

  /** The newest that is known under a name, stored already or not. */
  latest(name: string): FileRecord | undefined {
    const update = this.updates.get(name);
    if (update) return update.record ?? undefined;
    return this.table.get(name) ?? this.lastRun.get(name);
  }

  async hashes(id: string): Promise<Uint8Array | null> {
    const name = this.table.nameOf(id);
    return name === undefined ? null : this.cache.get(id, () => this.store.hashes(name, id));
  }

  beginScan(): number {
    this.scan += 1;
    return this.scan;
  }

  /** Names beneath `folders` (null for all) that the scan should have seen and has not. */
  *notSeenIn(scan: number, folders: ReadonlySet<string> | null): Generator<string> {
    yield* this.table.notSeenIn(scan, folders);
    if (folders === null) yield* this.lastRun.keys();
  }

  /** The file under this name is still as it is known. */
  markUnchanged(name: string, scan = this.scan): void {
    if (this.table.get(name)) this.table.markSeen(name, scan);
    const record = this.lastRun.get(name);
    if (record && !this.updates.has(name)) this.add(name, { record, vanished: null, hashes: null, stored: true });
  }

  /** The file under this name was read, and nobody changed it meanwhile. */
  recordVerified(name: string, fingerprint: Fingerprint, { id, hashes, blake3 }: FileHashes): void {
    const known = this.latest(name);
    if (known?.id === id) {
      this.update(name, { ...known, ...fingerprint, blake3: known.blake3 ?? blake3 });
      return;
    }
    const old = known ?? this.latestVanished(name);
    const first = this.everScanned ? this.newDescent(id) : foundDescent(id);
    const descent = old ? changedDescent(old, id, shortId(this.random)) : first;
    this.add(name, { record: { name, ...descent, blake3, ...fingerprint }, vanished: null, hashes, stored: false });
  }

  /** The descent of what is put under a name that was not known here. */
  newDescent(id: string): Descent {
    return newDescent(id, this.edit);
  }

  recordGone(name: string): void {
    const known = this.latest(name);
    const vanished = known ? { name, ...descentOf(known) } : this.latestVanished(name);
    this.add(name, { record: null, vanished: vanished ?? null, hashes: null, stored: false });
  }

  /** These names are not shared any more, while what is known of their files stays, for when they are again. */
  exclude(names: readonly string[]): Promise<void> {
    return this.serialize(async () => {
      for (const name of names) this.updates.delete(name);
      const hidden = names.flatMap((name) => this.table.get(name) ?? []);
      for (const record of hidden) {
        this.versionLeaves(record.id);
        this.table.delete(record.name);
        this.lastRun.set(record.name, record);
      }
      this.notify(hidden.map(({ name }) => ({ kind: "gone", name, excluded: true })));
    });
  }

  /** Stores and tells everything found so far. When the store fails, it is logged and tried again later. */
  flush(): Promise<void> {
    this.timer?.();
    this.timer = null;
    this.flushedAt = this.clock.now();
    return this.serialize(async () => {
      while (!this.stopped && this.updates.size > 0 && (await this.storeBatch()));
    });
  }

  /**
   * Stores and tells at once, in one transaction, what the index itself did. What leaves its name by this leaves no
   * trace there. Rejects when the store fails.
   */
  commit(changes: RecordChanges): Promise<void> {
    return this.serialize(async () => {
      this.notifyLeaving(changes.put, changes.drop);
      const records = changes.put.map(({ record }) => this.shared(record));
      const names = [...changes.drop, ...records.map((record) => record.name)];
      await this.store.save({ ...changes, vanished: [], forget: this.knownVanished(names) });
      for (const name of names) this.updates.delete(name);
      this.apply(records, changes.drop, []);
      for (const name of changes.drop) this.vanished.delete(name);
      // Of these names nothing is known any more: what comes there next must not have the same edit.
      if (changes.drop.length > 0) this.edit = shortId(this.random);
    });
  }

  /** What comes under this name next comes after nothing. Rejects when the store fails. */
  forgetVanished(name: string): Promise<void> {
    return this.serialize(async () => {
      if (!this.vanished.has(name)) return;
      await this.store.save({ put: [], drop: [], vanished: [], forget: [name] });
      this.vanished.delete(name);
      this.edit = shortId(this.random);
    });
  }

  /** The central has numbered these as the cluster's versions: those that are here have their places in the history. */
  async applyAgreed(files: readonly AgreedFile[]): Promise<void> {
    for (const agreed of files) {
      // What is hidden is not to be shared again by this.
      if (this.lastRun.has(agreed.name)) continue;
      const known = this.latest(agreed.name);
      const descent = known && numberedDescent(agreed, known);
      if (descent) this.update(agreed.name, this.shared({ ...known, ...descent }));
    }
    await this.flush();
  }

  async stop(): Promise<void> {
    await this.flush();
    this.timer?.();
    this.stopped = true;
  }

  /** Stores and tells a part of what was found; says whether the store could. */
  private async storeBatch(): Promise<boolean> {
    const batch = new Map<string, PendingUpdate>();
    for (const [name, update] of this.updates) {
      if (batch.size === MAX_BATCH_UPDATES) break;
      batch.set(name, update);
    }
    if (!(await this.guard.checkPresent())) {
      // They may be about another disk. What is known stays, and the scan at the folder's return finds them again.
      this.updates.clear();
      return false;
    }
    // The same of a disk within the folder.
    for (const name of batch.keys()) {
      if (this.guard.missingDiskAbove(name) === null) continue;
      batch.delete(name);
      this.updates.delete(name);
    }
    const { records, put, drop, vanished } = splitUpdates(batch);
    try {
      this.notifyLeaving(put, drop);
      const forget = this.knownVanished(records.map(({ name }) => name));
      if (put.length + drop.length > 0) await this.store.save({ put, drop, vanished, forget });
    } catch (error) {
      this.log.error("store-failed", `cannot store what is known of the shared files, trying again: ${error}`);
      this.timer ??= this.clock.after(STORE_RETRY_MS, () => this.flush());
      return false;
    }
    // What was found since stays to be stored.
    for (const [name, update] of batch) if (this.updates.get(name) === update) this.updates.delete(name);
    this.apply(records, drop, vanished);
    return true;
  }

  /** Does one change of the store after the other. */
  private serialize(change: () => Promise<void>): Promise<void> {
    const done = this.storing.then(change);
    this.storing = done.catch(() => {});
    return done;
  }

  /** The record with texts that it shares with the one before. */
  private shared(record: FileRecord): FileRecord {
    return { ...record, vector: this.vectors.intern(record.vector), edits: this.edits.intern(record.edits) };
  }

  /** More is known of the content that is known already. */
  private update(name: string, record: FileRecord): void {
    const hashes = this.updates.get(name)?.hashes ?? null;
    this.add(name, { record, vanished: null, hashes, stored: false });
  }

  /** What was known of a name that has no file now. */
  private latestVanished(name: string): VanishedFile | undefined {
    return this.updates.get(name)?.vanished ?? this.vanished.get(name);
  }

  /** Those of the names of which it is remembered what was there before. */
  private knownVanished(names: readonly string[]): string[] {
    return this.vanished.size === 0 ? [] : names.filter((name) => this.vanished.has(name));
  }

  private add(name: string, update: PendingUpdate): void {
    if (this.stopped) return;
    this.updates.set(name, update);
    // While the store fails, its retry is what flushes: not every update.
    const delay = Math.max(0, this.flushedAt + FLUSH_INTERVAL_MS - this.clock.now());
    if (!this.timer) this.timer = this.clock.after(delay, () => this.flush());
    else if (this.updates.size === MAX_BATCH_UPDATES) void this.flush();
  }

  private notifyLeaving(put: RecordChanges["put"], drop: readonly string[]): void {
    const told = (name: string, id?: string) => {
      const old = this.table.get(name);
      if (old && old.id !== id) this.versionLeaves(old.id);
    };
    for (const { record } of put) told(record.name, record.id);
    for (const name of drop) told(name);
  }

  private apply(records: readonly FileRecord[], drop: readonly string[], vanished: readonly VanishedFile[]): void {
    const changes: IndexChange[] = [];
    for (const name of drop) {
      this.lastRun.delete(name);
      this.table.delete(name);
      changes.push({ kind: "gone", name, excluded: false });
    }
    for (const each of vanished) this.vanished.set(each.name, each);
    for (const name of this.vanished.keys()) {
      if (this.vanished.size <= MAX_VANISHED) break;
      this.vanished.delete(name);
      this.edit = shortId(this.random);
    }
    for (const record of records) {
      this.lastRun.delete(record.name);
      this.vanished.delete(record.name);
      const old = this.table.get(record.name);
      this.table.set(record, this.scan);
      // The central is to hear also which of its versions a changed file descends from.
      const rebased = record.changed && record.vector !== old?.vector;
      if (!old || !sameVersion(old, record) || rebased) changes.push({ kind: "present", file: record });
    }
    this.notify(changes);
  }
}
