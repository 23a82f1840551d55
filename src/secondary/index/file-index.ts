import type { FileHashes } from "../../hashing/hasher-client.ts";
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
  type LibraryChange,
  type LibraryChangeSet,
  type LibraryStore,
  MAX_VANISHED,
  SCANNED,
  type Stamp,
  sameFile,
  type Vanished,
} from "./file-record.ts";
import { Catalog } from "./file-table.ts";
import { type Finding, sortFindings } from "./pending-update.ts";

/** Milliseconds for which findings are collected before they are stored and told. */
const BATCH_DELAY = 100;
/** Findings that are stored and told without waiting, and at once. */
const BATCH_SIZE = 200;
/** Milliseconds before storing is tried again. */
const RETRY_DELAY = 1_000;
const CACHED_HASHES = 64;
const LOAD_PAGE = 1_000;

/**
 * What the library knows, in memory and in the store. The store is written first, the memory follows, the listener is
 * told last: what was told is never unknown after a crash.
 */
export class Ledger {
  readonly catalog = new Catalog();
  private readonly store: LibraryStore;
  private readonly guard: Pick<FolderGuard, "check" | "awayAbove">;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly random: Random;
  private readonly cache = new HashCache(CACHED_HASHES);
  /** Records of an earlier run whose files have not been seen yet in this one. */
  private readonly remembered = new Map<string, FileRecord>();
  private readonly findings = new Map<string, Finding>();
  /** What was known of names that have no file now, the oldest first. */
  private readonly vanished = new Map<string, Vanished>();
  private scannedOnce = false;
  private readonly vectors = new StringPool();
  private readonly edits = new StringPool();
  /** The edit that put every file here whose name was new: one text for all of them. */
  private edit: string;
  private timer: Cancel | null = null;
  private listener: (changes: readonly LibraryChange[]) => void = () => {};
  private leaving: (id: string) => void = () => {};
  private scan = 0;
  private stopped = false;
  /** The last of the changes of the store that were begun: one after the other, so that the memory follows in their order. */
  private storing: Promise<unknown> = Promise.resolve();

  constructor(deps: {
    store: LibraryStore;
    clock: Clock;
    random: Random;
    log: Log;
    guard: Pick<FolderGuard, "check" | "awayAbove">;
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
      const page: FileRecord[] = await this.store.remembered(after, LOAD_PAGE);
      for (const record of page) this.remembered.set(record.name, this.shared(record));
      after = page.at(-1)?.name;
    }
    for (const vanished of await this.store.vanished()) this.vanished.set(vanished.name, vanished);
    this.scannedOnce = (await this.store.meta(SCANNED)) !== null;
  }

  /** The whole folder is known now. */
  async scanned(): Promise<void> {
    await this.flush();
    if (this.scannedOnce) return;
    this.scannedOnce = true;
    // What could not be stored is found again at the next start, as if nobody had put it there.
    if (this.findings.size > 0) return;
    await this.store.setMeta(SCANNED, "yes").catch((error: unknown) => {
      this.log.error("store-failed", `cannot store that the folder is known: ${error}`);
    });
  }

  listen(listener: (changes: readonly LibraryChange[]) => void): void {
    this.listener = listener;
  }

  /** `listener` is told of a version just before a name loses it, while its hashes can still be read. */
  onLeaving(listener: (id: string) => void): void {
    this.leaving = listener;
  }

  /** The newest that is known under a name, stored already or not. */
  known(name: string): FileRecord | undefined {
    const finding = this.findings.get(name);
    if (finding) return finding.record ?? undefined;
    return this.catalog.get(name) ?? this.remembered.get(name);
  }

  async hashes(id: string): Promise<Uint8Array | null> {
    const name = this.catalog.nameOf(id);
    return name === undefined ? null : this.cache.get(id, () => this.store.hashes(name, id));
  }

  beginScan(): number {
    this.scan += 1;
    return this.scan;
  }

  /** Names beneath `folders` (null for all) that the scan should have seen and has not. */
  *unseen(scan: number, folders: ReadonlySet<string> | null): Generator<string> {
    yield* this.catalog.unseen(scan, folders);
    if (folders === null) yield* this.remembered.keys();
  }

  /** The file under this name is still as it is known. */
  intact(name: string, scan = this.scan): void {
    if (this.catalog.get(name)) this.catalog.mark(name, scan);
    const record = this.remembered.get(name);
    if (record && !this.findings.has(name)) this.find(name, { record, vanished: null, hashes: null, stored: true });
  }

  /** The file under this name was read, and nobody changed it meanwhile. */
  verified(name: string, stamp: Stamp, { id, hashes, blake3 }: FileHashes): void {
    const known = this.known(name);
    if (known?.id === id) {
      this.learn(name, { ...known, ...stamp, blake3: known.blake3 ?? blake3 });
      return;
    }
    const old = known ?? this.before(name);
    const first = this.scannedOnce ? this.newDescent(id) : foundDescent(id);
    const descent = old ? changedDescent(old, id, shortId(this.random)) : first;
    this.find(name, { record: { name, ...descent, blake3, ...stamp }, vanished: null, hashes, stored: false });
  }

  /** The descent of what is put under a name that was not known here. */
  newDescent(id: string): Descent {
    return newDescent(id, this.edit);
  }

  gone(name: string): void {
    const known = this.known(name);
    const vanished = known ? { name, ...descentOf(known) } : this.before(name);
    this.find(name, { record: null, vanished: vanished ?? null, hashes: null, stored: false });
  }

  /** These names are not shared any more, while what is known of their files stays, for when they are again. */
  hide(names: readonly string[]): Promise<void> {
    return this.alone(async () => {
      for (const name of names) this.findings.delete(name);
      const hidden = names.flatMap((name) => this.catalog.get(name) ?? []);
      for (const record of hidden) {
        this.leaving(record.id);
        this.catalog.delete(record.name);
        this.remembered.set(record.name, record);
      }
      if (hidden.length > 0) this.listener(hidden.map(({ name }) => ({ kind: "gone", name, excluded: true })));
    });
  }

  /** Stores and tells everything found so far. When the store fails, it is logged and tried again later. */
  flush(): Promise<void> {
    this.timer?.();
    this.timer = null;
    return this.alone(async () => {
      while (!this.stopped && this.findings.size > 0 && (await this.storeBatch()));
    });
  }

  /**
   * Stores and tells at once, in one transaction, what the library itself did. What leaves its name by this leaves no
   * trace there. Rejects when the store fails.
   */
  record(changes: LibraryChangeSet): Promise<void> {
    return this.alone(async () => {
      this.leave(changes.put, changes.drop);
      const records = changes.put.map(({ record }) => this.shared(record));
      const names = [...changes.drop, ...records.map((record) => record.name)];
      await this.store.save({ ...changes, vanished: [], forget: this.traces(names) });
      for (const name of names) this.findings.delete(name);
      this.apply(records, changes.drop, []);
      for (const name of changes.drop) this.vanished.delete(name);
      // Of these names nothing is known any more: what comes there next must not have the same edit.
      if (changes.drop.length > 0) this.edit = shortId(this.random);
    });
  }

  /** What comes under this name next comes after nothing. Rejects when the store fails. */
  forget(name: string): Promise<void> {
    return this.alone(async () => {
      if (!this.vanished.has(name)) return;
      await this.store.save({ put: [], drop: [], vanished: [], forget: [name] });
      this.vanished.delete(name);
      this.edit = shortId(this.random);
    });
  }

  /** The central has numbered these as the cluster's versions: those that are here have their places in the history. */
  async agreed(files: readonly AgreedFile[]): Promise<void> {
    for (const agreed of files) {
      // What is hidden is not to be shared again by this.
      if (this.remembered.has(agreed.name)) continue;
      const known = this.known(agreed.name);
      const descent = known && numberedDescent(agreed, known);
      if (descent) this.learn(agreed.name, this.shared({ ...known, ...descent }));
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
    const batch = new Map<string, Finding>();
    for (const [name, finding] of this.findings) {
      if (batch.size === BATCH_SIZE) break;
      batch.set(name, finding);
    }
    if (!(await this.guard.check())) {
      // They may be about another disk. What is known stays, and the scan at the folder's return finds them again.
      this.findings.clear();
      return false;
    }
    // The same of a disk within the folder.
    for (const name of batch.keys()) {
      if (this.guard.awayAbove(name) === null) continue;
      batch.delete(name);
      this.findings.delete(name);
    }
    const { records, put, drop, vanished } = sortFindings(batch);
    try {
      this.leave(put, drop);
      const forget = this.traces(records.map(({ name }) => name));
      if (put.length + drop.length > 0) await this.store.save({ put, drop, vanished, forget });
    } catch (error) {
      this.log.error("store-failed", `cannot store what is known of the shared files, trying again: ${error}`);
      this.timer ??= this.clock.after(RETRY_DELAY, () => this.flush());
      return false;
    }
    // What was found since stays to be stored.
    for (const [name, finding] of batch) if (this.findings.get(name) === finding) this.findings.delete(name);
    this.apply(records, drop, vanished);
    return true;
  }

  /** Does one change of the store after the other. */
  private alone(change: () => Promise<void>): Promise<void> {
    const done = this.storing.then(change);
    this.storing = done.catch(() => {});
    return done;
  }

  /** The record with texts that it shares with the one before. */
  private shared(record: FileRecord): FileRecord {
    return { ...record, vector: this.vectors.intern(record.vector), edits: this.edits.intern(record.edits) };
  }

  /** More is known of the content that is known already. */
  private learn(name: string, record: FileRecord): void {
    const hashes = this.findings.get(name)?.hashes ?? null;
    this.find(name, { record, vanished: null, hashes, stored: false });
  }

  /** What was known of a name that has no file now. */
  private before(name: string): Vanished | undefined {
    return this.findings.get(name)?.vanished ?? this.vanished.get(name);
  }

  /** Those of the names of which it is remembered what was there before. */
  private traces(names: readonly string[]): string[] {
    return this.vanished.size === 0 ? [] : names.filter((name) => this.vanished.has(name));
  }

  private find(name: string, finding: Finding): void {
    if (this.stopped) return;
    this.findings.set(name, finding);
    // While the store fails, its retry is what flushes: not every finding.
    if (!this.timer) this.timer = this.clock.after(BATCH_DELAY, () => this.flush());
    else if (this.findings.size === BATCH_SIZE) void this.flush();
  }

  private leave(put: LibraryChangeSet["put"], drop: readonly string[]): void {
    const told = (name: string, id?: string) => {
      const old = this.catalog.get(name);
      if (old && old.id !== id) this.leaving(old.id);
    };
    for (const { record } of put) told(record.name, record.id);
    for (const name of drop) told(name);
  }

  private apply(records: readonly FileRecord[], drop: readonly string[], vanished: readonly Vanished[]): void {
    const changes: LibraryChange[] = [];
    for (const name of drop) {
      this.remembered.delete(name);
      this.catalog.delete(name);
      changes.push({ kind: "gone", name, excluded: false });
    }
    for (const each of vanished) this.vanished.set(each.name, each);
    for (const name of this.vanished.keys()) {
      if (this.vanished.size <= MAX_VANISHED) break;
      this.vanished.delete(name);
      this.edit = shortId(this.random);
    }
    for (const record of records) {
      this.remembered.delete(record.name);
      this.vanished.delete(record.name);
      const old = this.catalog.get(record.name);
      this.catalog.set(record, this.scan);
      // The central is to hear also which of its versions a changed file descends from.
      const rebased = record.changed && record.vector !== old?.vector;
      if (!old || !sameFile(old, record) || rebased) changes.push({ kind: "present", file: record });
    }
    if (changes.length > 0) this.listener(changes);
  }
}
