import type { FileHashes } from "../../hashing/hashing.ts";
import type { Cancel, Clock } from "../../platform/clock.ts";
import type { Fingerprint } from "../../platform/content-state.ts";
import { sameContent } from "../../platform/content-state.ts";
import type { Log } from "../../platform/log/log.ts";
import { type Random, shortId } from "../../platform/random.ts";
import type { PieceDigests } from "../../protocol/digests/piece-digests.ts";
import type { AgreedFile } from "../../protocol/messages/secondary.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import { HashCache } from "../serving/hash-cache.ts";
import { STORE_RETRY_MS } from "../store-failures.ts";
import { applyToTable } from "./applied-changes.ts";
import {
  changedDescent,
  type Descent,
  descentOf,
  foundDescent,
  installedDescent,
  newDescent,
  numberedDescent,
  putAgainDescent,
} from "./descent.ts";
import { type FileRecord, type IndexStore, type RecordChanges, SCANNED_KEY, type VanishedFile } from "./file-record.ts";
import { FileTable } from "./file-table.ts";
import { IndexListeners } from "./index-listeners.ts";
import { firstUpdates, type PendingUpdate, pendingUpdates, splitUpdates } from "./pending-update.ts";
import { PlannedInstalls } from "./planned-installs.ts";
import { StoreWriter } from "./store-writer.ts";
import { VanishedFiles } from "./vanished-files.ts";

/** Milliseconds between two transactions: what is found sooner after one goes with the next. */
const FLUSH_INTERVAL_MS = 100;
/** Updates in a transaction at most; and so many that they are stored without waiting for more. */
const [MAX_BATCH_UPDATES, PROMPT_UPDATES] = [1_000, 200];
/** Versions whose piece hashes stay in memory; those of one take at most 512 KiB. */
const MAX_CACHED_HASHES = 64;
/** Records read with one message when the program starts. */
const LOAD_PAGE_RECORDS = 1_000;

export interface FileRecordsDeps {
  readonly store: IndexStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly guard: Pick<FolderGuard, "checkPresent" | "missingDiskAbove">;
}

/**
 * What the index knows, in memory and in the store. The store is written first, the memory follows, the listeners come
 * last: a change that others know is never lost in a crash.
 */
export class FileRecords {
  private readonly deps: FileRecordsDeps;
  readonly table = new FileTable();
  readonly listeners = new IndexListeners();
  readonly installs = new PlannedInstalls();
  private readonly cache = new HashCache(MAX_CACHED_HASHES);
  /** What was found and is not stored yet. It comes before what the table has. */
  private readonly updates = new Map<string, PendingUpdate>();
  readonly vanished: VanishedFiles;
  private everScanned = false;
  private timer: Cancel | null = null;
  private flushedAt = Number.NEGATIVE_INFINITY;
  private scan = 0;
  private stopped = false;
  readonly writer: StoreWriter;

  constructor(deps: FileRecordsDeps) {
    this.deps = deps;
    this.vanished = new VanishedFiles(deps.random);
    this.writer = new StoreWriter(deps.store, this.installs);
  }

  /** Reads what was known at the end of the last run; `betweenPages` is awaited after each page. */
  async load(betweenPages: () => Promise<unknown>): Promise<void> {
    for (let after: string | undefined = ""; after !== undefined; await betweenPages()) {
      const page: FileRecord[] = await this.deps.store.recordsAfter(after, LOAD_PAGE_RECORDS);
      for (const record of page) this.table.addUnshared(record);
      after = page.at(-1)?.name;
    }
    this.vanished.add(await this.deps.store.vanished());
    this.installs.load(await this.deps.store.installPlans());
    this.everScanned = (await this.deps.store.meta(SCANNED_KEY)) !== null;
  }

  /** The whole folder is known now. */
  async markScanned(): Promise<void> {
    await this.flush();
    this.installs.forgetEarlier();
    if (this.everScanned) return;
    this.everScanned = true;
    // What could not be stored is found again at the next start, as if nobody had put it there.
    if (this.updates.size > 0) return;
    await this.deps.store.setMeta(SCANNED_KEY, "yes").catch((error: unknown) => {
      this.deps.log.error("store-failed", `cannot store that the folder is known: ${error}`);
    });
  }

  /** The newest that is known under a name, stored already or not. */
  latest(name: string): FileRecord | undefined {
    const update = this.updates.get(name);
    if (update) return update.record ?? undefined;
    return this.vanished.isUnsynced(name) ? undefined : this.table.known(name);
  }

  async hashes(id: string): Promise<Uint8Array | null> {
    const name = this.table.nameOf(id);
    return name === undefined ? null : this.cache.get(id, () => this.deps.store.hashes(name, id));
  }

  beginScan(): number {
    this.scan += 1;
    return this.scan;
  }

  /** Names beneath `folders` (null for all) that the scan should have seen and has not. */
  notSeenIn(scan: number, folders: ReadonlySet<string> | null): Iterable<string> {
    return this.table.notSeenIn(scan, folders);
  }

  /** The file under this name is still as it is known. */
  markUnchanged(name: string, scan = this.scan): void {
    this.table.markSeen(name, scan);
    const record = this.table.known(name);
    if (!record || this.table.get(name) || this.updates.has(name)) return;
    this.add(name, { record, vanished: null, hashes: null, digests: null, stored: true });
  }

  /** The file under this name was read, and nobody changed it meanwhile. */
  recordVerified(name: string, fingerprint: Fingerprint, { id, hashes, blake3, digests }: FileHashes): void {
    const unsynced = this.vanished.isUnsynced(name) ? this.table.known(name) : undefined;
    // A power loss may have brought back the very file that was removed.
    const known = this.latest(name) ?? (unsynced && sameContent(unsynced, fingerprint) ? unsynced : undefined);
    const copy = this.installs.find(name, id, fingerprint);
    if (known?.id === id && !copy) {
      const sha256 = digests?.sha256 ?? known.sha256;
      this.update(name, { ...known, ...fingerprint, blake3: known.blake3 ?? blake3, sha256 }, digests?.pieces);
      return;
    }
    const descent = copy ? installedDescent(copy, known) : this.foundDescent(name, id);
    const record = { name, ...descent, blake3, sha256: digests?.sha256 ?? null, ...fingerprint };
    this.add(name, { record, vanished: null, hashes, digests: digests?.pieces ?? null, stored: false });
  }

  /** Digests of a version are known: just made, or (null) stored already. */
  recordDigests(id: string, sha256: string, digests: PieceDigests | null): void {
    for (const name of this.table.namesOf(id)) {
      const known = this.latest(name);
      if (known?.id === id && (digests || known.sha256 !== sha256)) this.update(name, { ...known, sha256 }, digests);
    }
  }

  /** The descent of what is put under a name that was not known here. */
  newDescent(id: string): Descent {
    return newDescent(id, this.vanished.newEdit);
  }

  /** Somebody has put the very content there that a name has. */
  recordPutAgain(name: string): void {
    const known = this.latest(name);
    if (known) this.update(name, { ...known, ...putAgainDescent(known, shortId(this.deps.random)) });
  }

  recordGone(name: string): void {
    const known = this.latest(name);
    const vanished = known ? { name, ...descentOf(known) } : this.latestVanished(name);
    this.add(name, { record: null, vanished: vanished ?? null, hashes: null, digests: null });
  }

  /** These names are not shared any more, while what is known of their files stays, for when they are again. */
  exclude(names: readonly string[]): Promise<void> {
    return this.writer.inTurn(async () => {
      for (const name of names) this.updates.delete(name);
      const hidden = names.flatMap((name) => this.table.get(name) ?? []);
      for (const { name, id } of hidden) {
        this.listeners.leaving(id);
        this.table.unshare(name);
      }
      this.listeners.changed(hidden.map(({ name }) => ({ kind: "gone", name, excluded: true })));
    });
  }

  /** Stores and tells everything found so far. When the store fails, it is logged and tried again later. */
  flush(): Promise<void> {
    this.timer?.();
    this.timer = null;
    this.flushedAt = this.deps.clock.now();
    return this.writer.inTurn(async () => {
      while (!this.stopped && this.updates.size > 0 && (await this.storeBatch()));
    });
  }

  /**
   * Stores and tells at once, in one transaction, what the index itself did. What leaves its name by this leaves no
   * trace there. Rejects when the store fails, and tries again later.
   */
  commit(changes: RecordChanges): Promise<void> {
    return this.writer.inTurn(async () => {
      for (const id of this.table.idsLost(changes)) this.listeners.leaving(id);
      const records = changes.put.map(({ record }) => record);
      const names = [...changes.drop, ...records.map((record) => record.name)];
      // The folder is so already: when the store fails, what a user does there next comes after this all the same.
      for (const [name, update] of pendingUpdates(changes)) this.add(name, update);
      const forget = this.vanished.among(names);
      this.vanished.forget(changes.drop);
      await this.writer.save({ ...changes, vanished: [], forget, undigested: this.table.digestsLost(changes) });
      for (const name of names) this.updates.delete(name);
      this.apply(records, changes.drop, []);
    });
  }

  /** What comes under this name next comes after nothing. Rejects when the store fails. */
  async forgetVanished(name: string): Promise<void> {
    if (this.latestVanished(name)) await this.commit({ put: [], drop: [name] });
  }

  /** The central has numbered these as the cluster's versions: those that are here have their places in the history. */
  async applyAgreed(files: readonly AgreedFile[]): Promise<void> {
    for (const agreed of files) {
      // What is excluded is not to be shared again by this.
      if (this.table.known(agreed.name) && !this.table.get(agreed.name)) continue;
      const known = this.latest(agreed.name);
      const descent = known && numberedDescent(agreed, known);
      if (descent) this.update(agreed.name, { ...known, ...descent });
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
    const batch = firstUpdates(this.updates, MAX_BATCH_UPDATES);
    if (!(await this.deps.guard.checkPresent())) {
      // They may be about another disk. What is known stays, and the scan at the folder's return finds them again.
      this.updates.clear();
      return false;
    }
    for (const name of batch.keys()) {
      if (this.deps.guard.missingDiskAbove(name) === null) continue;
      batch.delete(name);
      this.updates.delete(name);
    }
    const { records, put, drop, vanished } = splitUpdates(batch);
    try {
      for (const id of this.table.idsLost({ put, drop })) this.listeners.leaving(id);
      const forget = this.vanished.among(records.map(({ name }) => name));
      const undigested = this.table.digestsLost({ put, drop });
      if (put.length + drop.length > 0) await this.writer.save({ put, drop, vanished, forget, undigested });
    } catch (error) {
      this.deps.log.error("store-failed", `cannot store what is known of the shared files, trying again: ${error}`);
      this.timer ??= this.deps.clock.after(STORE_RETRY_MS, () => this.flush());
      return false;
    }
    // What was found since stays to be stored.
    for (const [name, update] of batch) if (this.updates.get(name) === update) this.updates.delete(name);
    this.apply(records, drop, vanished);
    return true;
  }

  /** The descent of content that somebody has put under a name. */
  private foundDescent(name: string, id: string): Descent {
    const old = this.latest(name) ?? this.latestVanished(name);
    if (old) return changedDescent(old, id, shortId(this.deps.random));
    return this.everScanned ? this.newDescent(id) : foundDescent(id);
  }

  /** More is known of the content that is known already. */
  private update(name: string, record: FileRecord, made: PieceDigests | null = null): void {
    const pending = this.updates.get(name);
    const digests = made ? { ...pending?.digests, ...made } : (pending?.digests ?? null);
    this.add(name, { record, vanished: null, hashes: pending?.hashes ?? null, digests, stored: false });
  }

  /** What was known of a name that has no file now. */
  private latestVanished(name: string): VanishedFile | undefined {
    return this.updates.get(name)?.vanished ?? this.vanished.get(name);
  }

  private add(name: string, update: PendingUpdate): void {
    if (this.stopped) return;
    this.updates.set(name, update);
    // While the store fails, its retry is what flushes: not every update.
    const delay = Math.max(0, this.flushedAt + FLUSH_INTERVAL_MS - this.deps.clock.now());
    if (!this.timer) this.timer = this.deps.clock.after(delay, () => this.flush());
    else if (this.updates.size === PROMPT_UPDATES) void this.flush();
  }

  private apply(records: readonly FileRecord[], drop: readonly string[], vanished: readonly VanishedFile[]): void {
    const changes = applyToTable(this.table, records, drop, this.scan);
    this.vanished.add(vanished);
    this.installs.recorded(records);
    for (const { name } of records) this.vanished.delete(name);
    this.listeners.changed(changes);
  }
}
