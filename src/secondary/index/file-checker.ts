import type { Hashing } from "../../hashing/hasher-client.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Sight } from "../folder/shared-folder.ts";
import { Reader } from "./file-hasher.ts";
import type { Ledger } from "./file-index.ts";
import { type Stamp, sameStamp, stampOf } from "./file-record.ts";
import { Gate } from "./limiter.ts";
import { Task } from "./pending-file.ts";
import { Renames } from "./rename-detector.ts";
import { BLIND_SETTLE, SETTLE, WRITER_POLL } from "./stability-tracker.ts";
import { Looks } from "./stat-batcher.ts";
import { Verdicts } from "./verdicts.ts";
import { Breather } from "./yield-to-loop.ts";

/** Files looked at at once. */
const LOOKS = 128;

export interface IntakeDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly clock: Clock;
  readonly log: Log;
  readonly sight: Sight;
  readonly ledger: Ledger;
  readonly hashing: Hashing;
}

/**
 * Takes every name of which something was heard to a finding: unchanged, a verified version, or gone. A file is read
 * only after it has come to rest with no writer, and counts only when its stamp is the same after reading as before.
 */
export class Intake {
  private readonly clock: Clock;
  private readonly sight: Sight;
  private readonly ledger: Ledger;
  private readonly reader: Reader;
  private readonly breather = new Breather();
  private readonly gate = new Gate(LOOKS);
  private readonly looks: Looks;
  private readonly tasks = new Map<string, Task>();
  /** Names to keep away from, and whether something was heard of them meanwhile. */
  private readonly held = new Map<string, boolean>();
  private readonly verdicts = new Verdicts();
  private readonly renames = new Renames();
  private stopped = false;

  constructor(deps: IntakeDeps) {
    this.clock = deps.clock;
    this.sight = deps.sight;
    this.ledger = deps.ledger;
    this.reader = new Reader(deps);
    this.looks = new Looks(deps);
  }

  /** Something may have happened to the name. */
  look(name: string): void {
    if (this.held.has(name)) this.held.set(name, true);
    if (this.stopped || this.held.has(name) || !this.sight.allows(name)) return;
    const running = this.tasks.get(name);
    if (running) {
      running.heard = true;
      return;
    }
    const task = new Task(name);
    this.tasks.set(name, task);
    this.queue(task);
  }

  /** Resolves once each name that is being looked at now has led to a finding, or is seen to change. */
  judged(): Promise<void> {
    return this.verdicts.all(this.tasks.keys());
  }

  /** Keeps away from a name that the library itself is about to change. */
  hold(name: string): void {
    const task = this.tasks.get(name);
    this.held.set(name, task !== undefined || this.held.get(name) === true);
    if (task) this.end(task);
  }

  /** Ends hold. Looks at what has become of the name, unless it is `known` and nothing was heard of it meanwhile. */
  free(name: string, known: boolean): void {
    const heard = this.held.get(name) ?? false;
    this.held.delete(name);
    if (heard || !known) this.look(name);
  }

  stop(): void {
    this.stopped = true;
    for (const task of [...this.tasks.values()]) this.end(task);
  }

  private queue(task: Task): void {
    void this.gate.run(() => this.lookAt(task)).catch((error: unknown) => this.fail(task, error));
  }

  private async lookAt(task: Task): Promise<void> {
    await this.breather.breathe();
    if (task.state === "done") return;
    task.move("looking");
    task.heard = false;
    const { name, settling } = task;
    const stamp = await this.looks.stamp(name);
    if (task.state !== "looking") return;
    const known = this.ledger.known(name);
    if (stamp ? known && sameStamp(known, stamp) : !known) {
      if (stamp && this.sight.allows(name)) this.ledger.intact(name);
      this.end(task);
      return;
    }
    settling.see(stamp, this.clock.now(), this.clock.wall());
    if (stamp && !known) this.renames.see(task, stamp);
    if (settling.changed) this.verdicts.reach(name);
    if (this.rests(task, SETTLE)) return;
    if (stamp) await this.take(task, stamp);
    else await this.lose(task);
  }

  /** Waits when the name has not been as it is for `quiet` milliseconds; says whether it waits. */
  private rests(task: Task, quiet: number): boolean {
    const delay = task.settling.remaining(this.clock.now(), quiet);
    if (delay > 0) this.rest(task, delay);
    return delay > 0;
  }

  private rest(task: Task, delay: number): void {
    const wake = this.clock.after(delay, () => {
      task.move("queued");
      this.queue(task);
    });
    task.move("resting", wake);
  }

  private async lose(task: Task): Promise<void> {
    const folderIsThere = await this.sight.rootIsThere();
    if (task.state !== "looking") return;
    const known = this.ledger.known(task.name);
    if (folderIsThere && known && this.renames.defers(task, known)) return this.rest(task, SETTLE);
    // A folder that was unmounted or moved away looks like one whose files were all deleted.
    if (folderIsThere) this.ledger.gone(task.name);
    this.end(task);
  }

  private async take(task: Task, stamp: Stamp): Promise<void> {
    const { name, settling } = task;
    const { stat, hasWriters: writing } = await this.looks.writers(name);
    if (task.state !== "looking") return;
    settling.see(stampOf(stat), this.clock.now(), this.clock.wall());
    if (settling.changed || writing) this.verdicts.reach(name);
    if (this.rests(task, writing === null ? BLIND_SETTLE : SETTLE)) return;
    const unfinished = writing || this.sight.rulesPending || (await this.sight.isBeingMade(name));
    if (task.state !== "looking") return;
    if (unfinished) {
      this.verdicts.reach(name);
      this.rest(task, WRITER_POLL);
      return;
    }
    task.move("hashing");
    // Not awaited: a huge file would keep its place among those that are looked at.
    void this.hash(task, stamp).catch((error: unknown) => this.fail(task, error));
  }

  private async hash(task: Task, stamp: Stamp): Promise<void> {
    const { name } = task;
    const hashed = await this.reader.read(this.sight.pathOf(name), stamp.size, () => task.state !== "done");
    const after = await this.looks.stamp(name);
    if (task.state !== "hashing") return;
    // The rules of what is shared may have changed meanwhile.
    if (!this.sight.allows(name)) return this.end(task);
    if (hashed && after && sameStamp(stamp, after)) {
      this.ledger.verified(name, stamp, hashed);
      this.sight.forgetWarning(name, "unread");
      this.end(task);
      return;
    }
    this.verdicts.reach(name);
    task.settling.see(after, this.clock.now(), this.clock.wall());
    this.rest(task, Math.max(1, task.settling.remaining(this.clock.now(), SETTLE)));
  }

  /** The disk refuses. What is known stays as it is, and the next scan tries again. */
  private fail(task: Task, error: unknown): void {
    if (task.state === "done") return;
    if (error instanceof DiskError && error.failure === "missing" && task.state === "looking") {
      this.verdicts.reach(task.name);
      this.rest(task, SETTLE);
      return;
    }
    // Too much is open now: that says nothing about the file.
    if (error instanceof DiskError && error.failure === "limit") return this.rest(task, SETTLE);
    const reason = error instanceof Error ? error.message : String(error);
    this.sight.warnOnce(task.name, "unread", `${JSON.stringify(task.name)} is not shared as it is now: ${reason}`);
    this.end(task);
  }

  private end(task: Task): void {
    task.move("done");
    this.renames.end(task);
    this.tasks.delete(task.name);
    this.verdicts.reach(task.name);
    if (task.heard) this.look(task.name);
  }
}
