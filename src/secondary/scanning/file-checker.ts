import pLimit from "p-limit";
import type { FileHashes, Hashing, HashScope } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Fingerprint } from "../../platform/content-state.ts";
import type { BatchDisk, ExaminedFile } from "../../platform/disk/batch-disk.ts";
import { type Disk, DiskError, type FileStat } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { Turns } from "../../platform/turns/turns.ts";
import { plainHash, versionId } from "../../protocol/versions/version.ts";
import { messageOf } from "../../sentences/sentence-error.ts";
import { fingerprintOf, sameFingerprint } from "../folder/fingerprint.ts";
import { SETTLE_MS } from "../folder/settle.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import type { FileRecords } from "../index/file-records.ts";
import { FileSyncer } from "./file-syncer.ts";
import { PendingFile } from "./pending-file.ts";
import { FileHasher } from "./reading/file-hasher.ts";
import { PlainFiles } from "./reading/plain-files.ts";
import { ReadingProgress } from "./reading/reading-progress.ts";
import { RenameDetector } from "./rename-detector.ts";
import { SCANNING_TURNS } from "./scanning-turns.ts";
import { SETTLE_WITHOUT_LEASES_MS, WRITER_POLL_MS } from "./stability-tracker.ts";
import { StatBatcher } from "./stat-batcher.ts";

/** Files of which the disk is asked at the same time. */
const MAX_CHECKS = 128;
/** In the next turn. */
const AT_ONCE_MS = 0;

export interface FileCheckerDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly clock: Clock;
  readonly log: Log;
  readonly sharedFolder: SharedFolder;
  readonly records: FileRecords;
  readonly hashing: Hashing;
  readonly hashScope: HashScope;
  /** What is at a path is to be compared with the records soon, together with other paths. */
  compareSoon(path: string): void;
}

/**
 * Finds out what has become of each name that may have changed: it is unchanged, a verified version, or gone. A file is
 * read only after it has come to rest and has no writer, and counts only when its fingerprint is the same after it was
 * read as before. For an ordinary new file the disk is asked three times: when the file is found, when it has come
 * to rest (and whether it has writers), and after it was read; of a small one that is at rest when it is found, the last two with
 * one question for many (PlainFiles).
 */
export class FileChecker {
  private readonly clock: Clock;
  private readonly sharedFolder: SharedFolder;
  private readonly records: FileRecords;
  private readonly compareSoon: (path: string) => void;
  private readonly hasher: FileHasher;
  private readonly stats: StatBatcher;
  private readonly syncer: FileSyncer;
  private readonly plain: PlainFiles;
  private readonly renames = new RenameDetector();
  private readonly turns: Turns;
  private readonly limit = pLimit(MAX_CHECKS);
  private readonly pending = new Map<string, PendingFile>();
  /** Names that are not checked now, and whether something may have happened to them meanwhile. */
  private readonly suspended = new Map<string, boolean>();
  /** Names whose check somebody waits for, and those who wait. */
  private readonly awaited = new Set<string>();
  private waiters: (() => void)[] = [];
  private stopped = false;

  constructor(deps: FileCheckerDeps) {
    this.clock = deps.clock;
    this.turns = new Turns(deps.clock, SCANNING_TURNS);
    this.sharedFolder = deps.sharedFolder;
    this.records = deps.records;
    this.compareSoon = deps.compareSoon;
    const reading = { ...deps, progress: new ReadingProgress(deps) };
    this.hasher = new FileHasher(reading);
    this.stats = new StatBatcher(deps);
    this.syncer = new FileSyncer(deps);
    this.plain = new PlainFiles({ ...reading, examined: (file, found, seen) => this.examined(file, found, seen) });
  }

  start(): void {
    this.hasher.start();
  }

  /** Something may have happened to the name. `found`: the file that the caller has just seen there. */
  check(name: string, found: FileStat | null = null): void {
    if (this.suspended.has(name)) this.suspended.set(name, true);
    if (this.stopped || this.suspended.has(name) || !this.sharedFolder.allows(name)) return;
    const running = this.pending.get(name);
    if (running) {
      running.notified = true;
      return;
    }
    const file = new PendingFile(name);
    this.pending.set(name, file);
    if (!found) return this.queue(file);
    const isNew = !this.records.latest(name);
    if (!this.isForLater(file, found) && !(isNew && this.plain.tryAdd(file, found))) this.queue(file);
  }

  /** The system tells of a change at a path just now. Says whether a check of that name goes on anyway, or is put off. */
  touch(path: string): boolean {
    if (this.suspended.has(path)) this.suspended.set(path, true);
    const file = this.pending.get(path);
    if (!file) return this.suspended.has(path);
    file.notified = true;
    file.stability.touch(this.clock.now());
    if (file.stability.changed) this.answer(path);
    return true;
  }

  /** Resolves once each name that is pending now has its record, or is seen to change. */
  async allChecked(): Promise<void> {
    for (const name of this.pending.keys()) this.awaited.add(name);
    if (this.awaited.size > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  /** Stops checking a name that the program itself is about to change. */
  suspend(name: string): void {
    const file = this.pending.get(name);
    this.suspended.set(name, file !== undefined || this.suspended.get(name) === true);
    if (file) this.end(file);
  }

  /** Ends {@link suspend}. Checks the name, unless it is `recorded` as it is and nothing has happened to it meanwhile. */
  resume(name: string, recorded: boolean): void {
    const changed = this.suspended.get(name) ?? false;
    this.suspended.delete(name);
    if (!recorded) this.check(name);
    // Nearly always that was the program itself, and the file is as it is recorded.
    else if (changed) this.compareSoon(name);
  }

  stop(): void {
    this.stopped = true;
    for (const file of [...this.pending.values()]) this.end(file);
    this.syncer.stop();
  }

  private queue(file: PendingFile): void {
    void this.limit(() => this.inspect(file)).catch((error: unknown) => this.fail(file, error));
  }

  private rest(file: PendingFile, delay: number): void {
    const wake = this.clock.after(delay, () => {
      file.become("queued");
      this.queue(file);
    });
    file.become("resting", wake);
  }

  private async inspect(file: PendingFile): Promise<void> {
    await this.turns.nextIfDue();
    if (file.state === "done") return;
    const delay = file.stability.remaining(this.clock.now(), SETTLE_MS);
    if (delay > 0) return this.rest(file, delay);
    file.become("checking");
    file.notified = false;
    if (!file.stability.present) {
      const status = await this.stats.stat(file.name);
      if (file.state !== "checking") return;
      if (status.kind === "folder") this.compareSoon(file.name);
      if (this.isForLater(file, status.kind === "file" ? status.stat : null)) return;
      if (status.kind !== "file") return this.checkVanished(file);
    }
    await this.checkWriters(file);
  }

  /** Takes in what the disk tells of a name; says whether that is all for now: it is as recorded, or has to rest. */
  private isForLater(file: PendingFile, found: Fingerprint | null, quiet: number = SETTLE_MS): boolean {
    const { name, stability } = file;
    const recorded = this.records.latest(name);
    if (found ? recorded && sameFingerprint(recorded, found) : !recorded) {
      if (found && this.sharedFolder.allows(name)) this.records.markUnchanged(name);
      this.end(file);
      return true;
    }
    const now = this.clock.now();
    stability.observe(found && fingerprintOf(found), now, this.clock.wall());
    if (found && !recorded) this.renames.observe(file, found);
    if (stability.changed) this.answer(name);
    const delay = stability.remaining(now, quiet);
    if (delay > 0) this.rest(file, delay);
    return delay > 0;
  }

  private async checkVanished(file: PendingFile): Promise<void> {
    const isFolderThere = await this.sharedFolder.checkPresent();
    if (file.state !== "checking") return;
    const recorded = this.records.latest(file.name);
    if (isFolderThere && recorded && this.renames.mayBeRenamed(file, recorded)) return this.rest(file, SETTLE_MS);
    // A folder that was unmounted or moved away looks like one whose files were all deleted.
    if (isFolderThere) this.records.recordGone(file.name);
    this.end(file);
  }

  private async checkWriters(file: PendingFile): Promise<void> {
    const { name } = file;
    const status = await this.stats.open(name);
    if (file.state !== "checking") return;
    if (status.kind !== "file") {
      if (status.kind === "folder") this.compareSoon(name);
      if (!this.isForLater(file, null)) this.rest(file, SETTLE_MS);
      return;
    }
    const { stat, hasWriters } = status;
    if (hasWriters) this.answer(name);
    if (this.isForLater(file, stat, hasWriters === null ? SETTLE_WITHOUT_LEASES_MS : SETTLE_MS)) return;
    const unfinished = hasWriters || this.sharedFolder.rulesPending || (await this.sharedFolder.hasControlFile(name));
    if (file.state !== "checking") return;
    if (unfinished) {
      this.answer(name);
      this.rest(file, WRITER_POLL_MS);
      return;
    }
    file.become("hashing");
    // Not awaited: a huge file would keep its place among those that are checked.
    void this.hash(file, stat).catch((error: unknown) => this.fail(file, error));
  }

  private async hash(file: PendingFile, before: FileStat): Promise<void> {
    const { name, stability } = file;
    const { bounds } = this.sharedFolder;
    const path = this.sharedFolder.pathOf(name);
    const hashed = await this.hasher.hash(path, before.size, bounds, () => file.state !== "done");
    if (file.state !== "hashing") return;
    // The rules of what is shared may have changed meanwhile.
    if (!this.sharedFolder.allows(name)) return this.end(file);
    if (hashed && sameFingerprint(before, hashed.stat)) {
      await this.syncer.sync(name, before);
      if (file.state === "hashing") this.verified(file, before, hashed);
      return;
    }
    this.answer(name);
    if (!hashed) return this.rest(file, SETTLE_MS);
    const now = this.clock.now();
    stability.observe(fingerprintOf(hashed.stat), now, this.clock.wall());
    this.rest(file, Math.max(1, stability.remaining(now, SETTLE_MS)));
  }

  /** A new file was read in one step. Where anything is out of the ordinary, it is checked step by step. */
  private examined(file: PendingFile, found: FileStat, seen: ExaminedFile | null): void {
    const { sharedFolder, records } = this;
    const { name, stability } = file;
    const isOdd =
      seen?.hasWriters !== false || !sameFingerprint(found, seen.stat) || records.latest(name) !== undefined;
    const isUnfinished = stability.changed || sharedFolder.rulesPending || sharedFolder.mayHaveControlFile(name);
    if (isOdd || isUnfinished) return this.rest(file, AT_ONCE_MS);
    if (!sharedFolder.allows(name)) return this.end(file);
    const { stat, hashes } = seen;
    const { size } = stat;
    const known = { id: versionId(size, hashes), hashes, blake3: plainHash(size, hashes), digests: null };
    if (!this.syncer.mustSync(stat)) return this.verified(file, stat, known);
    const done = () => file.state === "hashing" && this.verified(file, stat, known);
    void this.syncer
      .sync(name, stat)
      .then(done)
      .catch((error: unknown) => this.fail(file, error));
  }

  private verified(file: PendingFile, stat: Fingerprint, hashes: FileHashes): void {
    this.records.recordVerified(file.name, fingerprintOf(stat), hashes);
    this.sharedFolder.forgetWarning(file.name, "unread");
    this.end(file);
  }

  /** The disk refuses. What is recorded stays as it is, and the next scan tries again. */
  private fail(file: PendingFile, error: unknown): void {
    if (file.state === "done") return;
    if (error instanceof DiskError && error.failure === "missing" && file.state === "checking") {
      this.answer(file.name);
      this.rest(file, SETTLE_MS);
      return;
    }
    // Too much is open now: that says nothing about the file.
    if (error instanceof DiskError && error.failure === "limit") return this.rest(file, SETTLE_MS);
    const reason = messageOf(error);
    const text = `${JSON.stringify(file.name)} is not shared as it is now: ${reason}`;
    this.sharedFolder.warnOnce(file.name, "unread", text);
    this.end(file);
  }

  private end(file: PendingFile): void {
    file.become("done");
    this.renames.forget(file);
    this.pending.delete(file.name);
    this.answer(file.name);
    if (file.notified) this.check(file.name);
  }

  /** A name has its record, or takes longer. */
  private answer(name: string): void {
    if (!this.awaited.delete(name) || this.awaited.size > 0) return;
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}
