import type { Hashing } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import { FileHasher } from "./file-hasher.ts";
import { type Fingerprint, fingerprintOf, sameFingerprint } from "./file-record.ts";
import type { FileRecords } from "./file-records.ts";
import { Gate } from "./limiter.ts";
import { PendingFile } from "./pending-file.ts";
import { RenameDetector } from "./rename-detector.ts";
import { SETTLE_MS, SETTLE_WITHOUT_LEASES_MS, WRITER_POLL_MS } from "./stability-tracker.ts";
import { StatBatcher } from "./stat-batcher.ts";
import { Verdicts } from "./verdicts.ts";
import { LoopYielder } from "./yield-to-loop.ts";

/** Files looked at at once. */
const MAX_CHECKS = 128;

export interface FileCheckerDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly clock: Clock;
  readonly log: Log;
  readonly sharedFolder: SharedFolder;
  readonly records: FileRecords;
  readonly hashing: Hashing;
}

/**
 * Takes every name of which something was heard to a finding: unchanged, a verified version, or gone. A file is read
 * only after it has come to rest with no writer, and counts only when its fingerprint is the same after reading as before.
 */
export class FileChecker {
  private readonly clock: Clock;
  private readonly sharedFolder: SharedFolder;
  private readonly records: FileRecords;
  private readonly hasher: FileHasher;
  private readonly yielder = new LoopYielder();
  private readonly limiter = new Gate(MAX_CHECKS);
  private readonly stats: StatBatcher;
  private readonly pending = new Map<string, PendingFile>();
  /** Names to keep away from, and whether something was heard of them meanwhile. */
  private readonly suspended = new Map<string, boolean>();
  private readonly verdicts = new Verdicts();
  private readonly renames = new RenameDetector();
  private stopped = false;

  constructor(deps: FileCheckerDeps) {
    this.clock = deps.clock;
    this.sharedFolder = deps.sharedFolder;
    this.records = deps.records;
    this.hasher = new FileHasher(deps);
    this.stats = new StatBatcher(deps);
  }

  /** Something may have happened to the name. */
  check(name: string): void {
    if (this.suspended.has(name)) this.suspended.set(name, true);
    if (this.stopped || this.suspended.has(name) || !this.sharedFolder.allows(name)) return;
    const running = this.pending.get(name);
    if (running) {
      running.notified = true;
      return;
    }
    const task = new PendingFile(name);
    this.pending.set(name, task);
    this.queue(task);
  }

  /** Resolves once each name that is being looked at now has led to a finding, or is seen to change. */
  allChecked(): Promise<void> {
    return this.verdicts.all(this.pending.keys());
  }

  /** Keeps away from a name that the index itself is about to change. */
  suspend(name: string): void {
    const task = this.pending.get(name);
    this.suspended.set(name, task !== undefined || this.suspended.get(name) === true);
    if (task) this.end(task);
  }

  /** Ends hold. Looks at what has become of the name, unless it is `known` and nothing was heard of it meanwhile. */
  resume(name: string, known: boolean): void {
    const heard = this.suspended.get(name) ?? false;
    this.suspended.delete(name);
    if (heard || !known) this.check(name);
  }

  stop(): void {
    this.stopped = true;
    for (const task of [...this.pending.values()]) this.end(task);
  }

  private queue(task: PendingFile): void {
    void this.limiter.run(() => this.checkFile(task)).catch((error: unknown) => this.fail(task, error));
  }

  private async checkFile(task: PendingFile): Promise<void> {
    await this.yielder.yieldIfDue();
    if (task.state === "done") return;
    task.become("looking");
    task.notified = false;
    const { name, stability: settling } = task;
    const fingerprint = await this.stats.fingerprint(name);
    if (task.state !== "looking") return;
    const known = this.records.latest(name);
    if (fingerprint ? known && sameFingerprint(known, fingerprint) : !known) {
      if (fingerprint && this.sharedFolder.allows(name)) this.records.markUnchanged(name);
      this.end(task);
      return;
    }
    settling.observe(fingerprint, this.clock.now(), this.clock.wall());
    if (fingerprint && !known) this.renames.observe(task, fingerprint);
    if (settling.changed) this.verdicts.reach(name);
    if (this.waitUntilStable(task, SETTLE_MS)) return;
    if (fingerprint) await this.checkWriters(task, fingerprint);
    else await this.checkVanished(task);
  }

  /** Waits when the name has not been as it is for `quiet` milliseconds; says whether it waits. */
  private waitUntilStable(task: PendingFile, quiet: number): boolean {
    const delay = task.stability.remaining(this.clock.now(), quiet);
    if (delay > 0) this.wait(task, delay);
    return delay > 0;
  }

  private wait(task: PendingFile, delay: number): void {
    const wake = this.clock.after(delay, () => {
      task.become("queued");
      this.queue(task);
    });
    task.become("resting", wake);
  }

  private async checkVanished(task: PendingFile): Promise<void> {
    const folderIsThere = await this.sharedFolder.checkPresent();
    if (task.state !== "looking") return;
    const known = this.records.latest(task.name);
    if (folderIsThere && known && this.renames.mayBeRenamed(task, known)) return this.wait(task, SETTLE_MS);
    // A folder that was unmounted or moved away looks like one whose files were all deleted.
    if (folderIsThere) this.records.recordGone(task.name);
    this.end(task);
  }

  private async checkWriters(task: PendingFile, fingerprint: Fingerprint): Promise<void> {
    const { name, stability: settling } = task;
    const { stat, hasWriters: writing } = await this.stats.statOpened(name);
    if (task.state !== "looking") return;
    settling.observe(fingerprintOf(stat), this.clock.now(), this.clock.wall());
    if (settling.changed || writing) this.verdicts.reach(name);
    if (this.waitUntilStable(task, writing === null ? SETTLE_WITHOUT_LEASES_MS : SETTLE_MS)) return;
    const unfinished = writing || this.sharedFolder.rulesPending || (await this.sharedFolder.hasControlFile(name));
    if (task.state !== "looking") return;
    if (unfinished) {
      this.verdicts.reach(name);
      this.wait(task, WRITER_POLL_MS);
      return;
    }
    task.become("hashing");
    // Not awaited: a huge file would keep its place among those that are looked at.
    void this.hash(task, fingerprint).catch((error: unknown) => this.fail(task, error));
  }

  private async hash(task: PendingFile, fingerprint: Fingerprint): Promise<void> {
    const { name } = task;
    const hashed = await this.hasher.hash(
      this.sharedFolder.pathOf(name),
      fingerprint.size,
      () => task.state !== "done",
    );
    const after = await this.stats.fingerprint(name);
    if (task.state !== "hashing") return;
    // The rules of what is shared may have changed meanwhile.
    if (!this.sharedFolder.allows(name)) return this.end(task);
    if (hashed && after && sameFingerprint(fingerprint, after)) {
      this.records.recordVerified(name, fingerprint, hashed);
      this.sharedFolder.forgetWarning(name, "unread");
      this.end(task);
      return;
    }
    this.verdicts.reach(name);
    task.stability.observe(after, this.clock.now(), this.clock.wall());
    this.wait(task, Math.max(1, task.stability.remaining(this.clock.now(), SETTLE_MS)));
  }

  /** The disk refuses. What is known stays as it is, and the next scan tries again. */
  private fail(task: PendingFile, error: unknown): void {
    if (task.state === "done") return;
    if (error instanceof DiskError && error.failure === "missing" && task.state === "looking") {
      this.verdicts.reach(task.name);
      this.wait(task, SETTLE_MS);
      return;
    }
    // Too much is open now: that says nothing about the file.
    if (error instanceof DiskError && error.failure === "limit") return this.wait(task, SETTLE_MS);
    const reason = error instanceof Error ? error.message : String(error);
    this.sharedFolder.warnOnce(
      task.name,
      "unread",
      `${JSON.stringify(task.name)} is not shared as it is now: ${reason}`,
    );
    this.end(task);
  }

  private end(task: PendingFile): void {
    task.become("done");
    this.renames.forget(task);
    this.pending.delete(task.name);
    this.verdicts.reach(task.name);
    if (task.notified) this.check(task.name);
  }
}
