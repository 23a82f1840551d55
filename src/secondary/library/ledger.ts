import type { Cancel, Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Hashed } from "../../transfer/hashing.ts";
import { Catalog } from "./catalog.ts";
import { type Finding, sortFindings } from "./findings.ts";
import type { FolderGuard } from "./folder-guard.ts";
import { HashCache } from "./hash-cache.ts";
import {
  descend,
  type FileRecord,
  type LibraryChange,
  type LibraryChangeSet,
  type LibraryStore,
  type Stamp,
  sameFile,
} from "./record.ts";

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
  readonly #store: LibraryStore;
  readonly #guard: Pick<FolderGuard, "check">;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #cache = new HashCache(CACHED_HASHES);
  /** Records of an earlier run whose files have not been seen yet in this one. */
  readonly #remembered = new Map<string, FileRecord>();
  readonly #findings = new Map<string, Finding>();
  #timer: Cancel | null = null;
  #listener: (changes: readonly LibraryChange[]) => void = () => {};
  #leaving: (id: string) => void = () => {};
  #scan = 0;
  #stopped = false;
  /** The last of the changes of the store that were begun: one after the other, so that the memory follows in their order. */
  #storing: Promise<unknown> = Promise.resolve();

  constructor(deps: { store: LibraryStore; clock: Clock; log: Log; guard: Pick<FolderGuard, "check"> }) {
    this.#guard = deps.guard;
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** Reads what was known at the end of the last run; `breathe` lets others work between two pages. */
  async load(breathe: () => Promise<unknown>): Promise<void> {
    for (let after: string | undefined = ""; after !== undefined; await breathe()) {
      const page: FileRecord[] = await this.#store.remembered(after, LOAD_PAGE);
      for (const record of page) this.#remembered.set(record.name, record);
      after = page.at(-1)?.name;
    }
  }

  listen(listener: (changes: readonly LibraryChange[]) => void): void {
    this.#listener = listener;
  }

  /** `listener` is told of a version just before a name loses it, while its hashes can still be read. */
  onLeaving(listener: (id: string) => void): void {
    this.#leaving = listener;
  }

  /** The newest that is known under a name, stored already or not. */
  known(name: string): FileRecord | undefined {
    const finding = this.#findings.get(name);
    if (finding) return finding.record ?? undefined;
    return this.catalog.get(name) ?? this.#remembered.get(name);
  }

  async hashes(id: string): Promise<Uint8Array | null> {
    const name = this.catalog.nameOf(id);
    return name === undefined ? null : this.#cache.get(id, () => this.#store.hashes(name, id));
  }

  beginScan(): number {
    this.#scan += 1;
    return this.#scan;
  }

  /** Names beneath `folders` (null for all) that the scan should have seen and has not. */
  *unseen(scan: number, folders: ReadonlySet<string> | null): Generator<string> {
    yield* this.catalog.unseen(scan, folders);
    if (folders === null) yield* this.#remembered.keys();
  }

  /** The file under this name is still as it is known. */
  intact(name: string, scan = this.#scan): void {
    if (this.catalog.get(name)) this.catalog.mark(name, scan);
    const record = this.#remembered.get(name);
    if (record && !this.#findings.has(name)) this.#find(name, { record, hashes: null, stored: true });
  }

  /** The file under this name was read, and nobody changed it meanwhile. */
  verified(name: string, stamp: Stamp, { id, hashes }: Hashed): void {
    const known = this.known(name);
    if (known?.id === id) {
      const unstored = this.#findings.get(name)?.hashes ?? null;
      this.#find(name, { record: { ...known, ...stamp }, hashes: unstored, stored: false });
      return;
    }
    const record = { name, id, ancestors: descend(known, id), agreed: false, ...stamp };
    this.#find(name, { record, hashes, stored: false });
  }

  gone(name: string): void {
    this.#find(name, { record: null, hashes: null, stored: false });
  }

  /** These names are not shared any more, while what is known of their files stays, for when they are again. */
  hide(names: readonly string[]): void {
    for (const name of names) this.#findings.delete(name);
    const hidden = names.flatMap((name) => this.catalog.get(name) ?? []);
    for (const record of hidden) {
      this.#leaving(record.id);
      this.catalog.delete(record.name);
      this.#remembered.set(record.name, record);
    }
    if (hidden.length > 0) this.#listener(hidden.map(({ name }) => ({ kind: "gone", name })));
  }

  /** Stores and tells everything found so far. When the store fails, it is logged and tried again later. */
  flush(): Promise<void> {
    this.#timer?.();
    this.#timer = null;
    return this.#alone(async () => {
      while (!this.#stopped && this.#findings.size > 0 && (await this.#storeBatch()));
    });
  }

  /** Stores and tells at once, in one transaction, what the library itself did. Rejects when the store fails. */
  record(changes: LibraryChangeSet): Promise<void> {
    return this.#alone(async () => {
      this.#leave(changes.put, changes.drop);
      await this.#store.save(changes);
      const records = changes.put.map(({ record }) => record);
      for (const name of [...changes.drop, ...records.map((record) => record.name)]) this.#findings.delete(name);
      this.#apply(records, changes.drop);
    });
  }

  /** Marks those (name, id) that are here as agreed. Rejects when the store fails. */
  async confirm(items: readonly { readonly name: string; readonly id: string }[]): Promise<void> {
    await this.flush();
    await this.#alone(async () => {
      const agreed = items.filter(({ name, id }) => {
        const record = this.catalog.get(name);
        return record?.id === id && !record.agreed;
      });
      if (agreed.length === 0) return;
      await this.#store.agree(agreed);
      for (const { name, id } of agreed) this.#agree(name, id);
    });
  }

  async stop(): Promise<void> {
    await this.flush();
    this.#timer?.();
    this.#stopped = true;
  }

  /** Stores and tells a part of what was found; says whether the store could. */
  async #storeBatch(): Promise<boolean> {
    const batch = new Map<string, Finding>();
    for (const [name, finding] of this.#findings) {
      if (batch.size === BATCH_SIZE) break;
      batch.set(name, finding);
    }
    if (!(await this.#guard.check())) {
      // They may be about another disk. What is known stays, and the scan at the folder's return finds them again.
      this.#findings.clear();
      return false;
    }
    const { records, put, drop } = sortFindings(batch);
    try {
      this.#leave(put, drop);
      if (put.length + drop.length > 0) await this.#store.save({ put, drop });
    } catch (error) {
      this.#log.error("store-failed", `cannot store what is known of the shared files, trying again: ${error}`);
      this.#timer ??= this.#clock.after(RETRY_DELAY, () => this.flush());
      return false;
    }
    // What was found since stays to be stored.
    for (const [name, finding] of batch) if (this.#findings.get(name) === finding) this.#findings.delete(name);
    this.#apply(records, drop);
    return true;
  }

  /** Does one change of the store after the other. */
  #alone(change: () => Promise<void>): Promise<void> {
    const done = this.#storing.then(change);
    this.#storing = done.catch(() => {});
    return done;
  }

  #agree(name: string, id: string): void {
    const record = this.catalog.get(name);
    if (record?.id === id) this.catalog.set({ ...record, agreed: true }, this.#scan);
    // What was found meanwhile does not know it yet.
    const finding = this.#findings.get(name);
    if (finding?.record?.id !== id) return;
    this.#findings.set(name, { ...finding, record: { ...finding.record, agreed: true } });
  }

  #find(name: string, finding: Finding): void {
    if (this.#stopped) return;
    this.#findings.set(name, finding);
    // While the store fails, its retry is what flushes: not every finding.
    if (!this.#timer) this.#timer = this.#clock.after(BATCH_DELAY, () => this.flush());
    else if (this.#findings.size === BATCH_SIZE) void this.flush();
  }

  #leave(put: LibraryChangeSet["put"], drop: readonly string[]): void {
    const told = (name: string, id?: string) => {
      const old = this.catalog.get(name);
      if (old && old.id !== id) this.#leaving(old.id);
    };
    for (const { record } of put) told(record.name, record.id);
    for (const name of drop) told(name);
  }

  #apply(records: readonly FileRecord[], drop: readonly string[]): void {
    const changes: LibraryChange[] = [];
    for (const name of drop) {
      this.#remembered.delete(name);
      this.catalog.delete(name);
      changes.push({ kind: "gone", name });
    }
    for (const record of records) {
      this.#remembered.delete(record.name);
      const old = this.catalog.get(record.name);
      this.catalog.set(record, this.#scan);
      if (!old || !sameFile(old, record)) changes.push({ kind: "present", file: record });
    }
    if (changes.length > 0) this.#listener(changes);
  }
}
