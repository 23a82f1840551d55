import pMap from "p-map";
import type { Cancel, Clock } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { type Disk, DiskError, type WatchLimit } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { plural } from "../../platform/units.ts";
import type { FileChecker } from "../index/file-checker.ts";
import { sameFingerprint } from "../index/file-record.ts";
import type { FileRecords } from "../index/file-records.ts";
import { isUnder } from "../index/file-table.ts";
import { SETTLE_MS } from "../index/stability-tracker.ts";
import { LoopYielder } from "../index/yield-to-loop.ts";
import { RULES_FILE } from "./ignore-rules.ts";
import { isHidden, type SharedFolder } from "./shared-folder.ts";
import { walk } from "./walk.ts";
import { limitWarning, REWATCH_INTERVAL_MS, scanIntervalMs } from "./watch-limit.ts";

/** A scan because too much happened, or the system lost track, comes this many times its own time after the last one. */
const URGENT_SHARE = 2;
/** Milliseconds for which hints are collected. */
const HINT_DELAY = 100;
/** With more hints than this a full scan is cheaper. */
const MOST_HINTS = 10_000;
const LOOKS = 32;
/** Names in a batch. */
const BATCH = 256;

const NONE: ReadonlySet<string> = new Set();

export interface ScannerDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly clock: Clock;
  readonly log: Log;
  readonly sharedFolder: SharedFolder;
  readonly records: FileRecords;
  readonly checker: FileChecker;
}

/** Finds out which names need a look: from what the system tells while it watches, and by regular full scans. */
export class Scanner {
  private readonly deps: ScannerDeps;
  private readonly yielder = new LoopYielder();
  private hints = new Set<string>();
  private hintTimer: Cancel | null = null;
  private rulesTimer: Cancel | null = null;
  /** Null while a scan is due or goes on. */
  private scanTimer: Cancel | null = null;
  private unwatch: (() => void) | null = null;
  /** Whether some folders are not watched, and when watching was begun, in milliseconds. */
  private limited = false;
  private watchedSince = 0;
  /** The last of the work that was begun. */
  private work: Promise<void> = Promise.resolve();
  /** How long the last full scan took, and when it ended, in milliseconds. */
  private duration = 0;
  private ended = 0;
  /** `paused`: the folder is not there. */
  private state: "running" | "paused" | "stopped" = "running";

  constructor(deps: ScannerDeps) {
    this.deps = deps;
  }

  /** Watches, and resolves after the first full scan. Throws DiskError when that fails though the folder is there. */
  async start(): Promise<void> {
    const scan = this.scanAll().catch(async (error: unknown) => {
      if (await this.deps.sharedFolder.checkPresent()) throw error;
    });
    this.work = scan.catch(() => {});
    await scan;
  }

  async stop(): Promise<void> {
    this.rest("stopped");
    await this.work;
  }

  /** The folder is not there: nothing is looked at until `resume`. */
  pause(): void {
    if (this.state === "running") this.rest("paused");
  }

  /** The folder is there again, with other watches. Resolves after a full scan. */
  async resume(): Promise<void> {
    if (this.state === "paused") this.state = "running";
    this.enqueue(() => this.scanAll());
    await this.work;
  }

  private rest(state: "paused" | "stopped"): void {
    this.state = state;
    this.scanTimer?.();
    this.scanTimer = null;
    this.hintTimer?.();
    this.hintTimer = null;
    this.rulesTimer?.();
    this.rulesTimer = null;
    this.hints.clear();
    this.endWatch();
  }

  private get resting(): boolean {
    return this.state !== "running";
  }

  private watch(): void {
    const { disk, sharedFolder, clock } = this.deps;
    if (this.limited && clock.now() - this.watchedSince >= REWATCH_INTERVAL_MS) this.endWatch();
    if (this.unwatch) return;
    this.watchedSince = clock.now();
    try {
      this.unwatch = disk.watch(sharedFolder.pathOf(""), {
        // Without a path it is about the shared folder itself.
        changed: (path) => this.hint(path || null),
        limited: (limit) => this.limit(limit),
      });
    } catch (error) {
      this.limited = true;
      const reason = error instanceof Error ? error.message : String(error);
      const text = `changes of the shared folder are found by scanning alone: ${reason}`;
      sharedFolder.warnOnce("", "watch", text, "not-watching");
    }
  }

  private endWatch(): void {
    this.unwatch?.();
    this.unwatch = null;
    this.limited = false;
  }

  /** Some folders are not watched: what happens there is found by scanning more often. */
  private limit(limit: WatchLimit): void {
    this.deps.sharedFolder.warnOnce("", "watch", limitWarning(limit), "not-watching");
    if (this.limited || this.resting) return;
    this.limited = true;
    if (this.scanTimer) this.plan(this.untilScan());
  }

  /** Milliseconds until the next regular scan. */
  private untilScan(): number {
    return Math.max(0, this.ended + scanIntervalMs(this.duration, this.limited) - this.deps.clock.now());
  }

  /** Other files than before are excluded from what is shared. */
  exclude(): void {
    this.enqueue(async () => {
      await this.hideExcluded();
      await this.scanAll();
    });
  }

  /** What is excluded now is not shared any more. Gives how many files these were. */
  private async hideExcluded(): Promise<number> {
    const { sharedFolder, records } = this.deps;
    const excluded: string[] = [];
    // What was found before and is not shared yet.
    await records.flush();
    for (const { name } of records.table.records()) {
      await this.yielder.yieldIfDue();
      if (!sharedFolder.allows(name)) excluded.push(name);
    }
    await records.exclude(excluded);
    return excluded.length;
  }

  private refreshSoon(delay: number): void {
    this.rulesTimer ??= this.deps.clock.after(delay, () => {
      this.rulesTimer = null;
      this.enqueue(async () => {
        if (await this.refresh()) await this.scanAll();
      });
    });
  }

  /** Looks whether the rules of what is not shared have changed, and says so. What they exclude now is not shared any more. */
  private async refresh(): Promise<boolean> {
    const { sharedFolder, log } = this.deps;
    const news = await sharedFolder.refreshRules();
    if (news === "settling") this.refreshSoon(SETTLE_MS);
    if (news !== "changed") return false;
    const count = await this.hideExcluded();
    const text = `${RULES_FILE} has changed: ${plural(count, "file")} less to share; nothing is deleted`;
    log.info("ignore-rules", text, { files: count });
    return true;
  }

  /** Sets the time of the next full scan, in place of the one set before. */
  private plan(delay: number): void {
    this.scanTimer?.();
    if (this.resting) return;
    this.scanTimer = this.deps.clock.after(delay, () => {
      this.scanTimer = null;
      this.enqueue(() => this.scanAll());
    });
  }

  private async scanAll(): Promise<void> {
    const { clock, records, sharedFolder } = this.deps;
    if (!(await sharedFolder.checkPresent())) return;
    await sharedFolder.refreshNestedDisks();
    await this.refresh();
    this.watch();
    const began = clock.now();
    try {
      const scan = records.beginScan();
      await this.walk("", scan, NONE);
      if (!(await sharedFolder.checkPresent())) return;
      await this.lookAll(records.notSeenIn(scan, null));
      sharedFolder.forgetWarning("", "scan");
    } finally {
      this.ended = clock.now();
      this.duration = this.ended - began;
      this.plan(this.untilScan());
    }
  }

  private hint(path: string | null): void {
    if (this.resting) return;
    if (path === null) {
      // Whether the watch still works is not said: the scan begins a new one.
      this.endWatch();
    }
    if (path === null || this.hints.size >= MOST_HINTS) {
      this.hints.clear();
      const { clock } = this.deps;
      this.plan(Math.max(HINT_DELAY, this.ended + this.duration * URGENT_SHARE - clock.now()));
    } else if (path === RULES_FILE) {
      this.refreshSoon(HINT_DELAY);
    } else if (!isHidden(path)) {
      this.hints.add(path);
      // Counted from the first: a file that is written to all the time must not hold back the others.
      this.hintTimer ??= this.deps.clock.after(HINT_DELAY, () => this.takeHints());
    }
  }

  private takeHints(): void {
    this.hintTimer = null;
    const hints = this.hints;
    this.hints = new Set();
    this.enqueue(() => this.follow(hints));
  }

  /** One after the other: two walks over the same folders would only hold each other up. */
  private enqueue(work: () => Promise<void>): void {
    this.work = this.work.then(async () => {
      if (this.resting) return;
      await work().catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        if (!this.resting) this.deps.sharedFolder.warnOnce("", "scan", `cannot scan the shared folder: ${message}`);
      });
    });
  }

  /** Takes from `hints` the files that are just as they are known: most are about what the index itself did. */
  private async intact(hints: Set<string>): Promise<ReadonlySet<string>> {
    const { batches, sharedFolder, records } = this.deps;
    const paths = [...hints];
    const intact = new Set<string>();
    for (let start = 0; start < paths.length && !this.resting; start += BATCH) {
      const some = paths.slice(start, start + BATCH);
      const stats = await batches.statFiles(sharedFolder.pathOf(""), some);
      for (const [index, path] of some.entries()) {
        const stat = stats[index];
        const known = records.latest(path);
        if (!stat || !known || !sameFingerprint(known, stat)) continue;
        // What is known and not shared may be excluded: this may be told late, of a change from before.
        if (!records.table.get(path) && !sharedFolder.allows(path)) continue;
        records.markUnchanged(path);
        intact.add(path);
        hints.delete(path);
      }
    }
    return intact;
  }

  private async follow(hints: Set<string>): Promise<void> {
    const { sharedFolder, records, checker } = this.deps;
    if (!(await sharedFolder.checkPresent())) return;
    const scan = records.beginScan();
    const intact = await this.intact(hints);
    const folders: string[] = [];
    const lost = new Set<string>();
    const follow = async (path: string) => {
      const status = await sharedFolder.inspect(path).catch(() => null);
      if (!status) return;
      if (status.kind === "folder") folders.push(path);
      else if (records.table.hasFolder(path)) lost.add(path);
      if (records.latest(path) || (status.kind === "file" && sharedFolder.allows(path))) checker.check(path);
    };
    await pMap(hints, follow, { concurrency: LOOKS });
    // What happened inside a new folder before it was watched was not told.
    folders.sort();
    const walked = new Set<string>();
    let last: string | null = null;
    for (const folder of folders) {
      if (last !== null && isUnder(folder, last)) continue;
      last = folder;
      if (!sharedFolder.allowsFolder(folder)) continue;
      await this.walk(folder, scan, intact).then(() => walked.add(folder), ignoreMissing);
    }
    if (walked.size > 0) await this.lookAll(records.notSeenIn(scan, walked));
    if (lost.size > 0) await this.lookAll(records.table.namesUnder(lost));
  }

  /** Looks at what a walk finds changed, except at what was found intact just before. */
  private async walk(folder: string, scan: number, intact: ReadonlySet<string>): Promise<void> {
    const { disk, batches, sharedFolder, records, checker } = this.deps;
    const yielder = this.yielder;
    await walk({ disk, batches, sharedFolder, yielder, stopped: () => this.resting }, folder, intact, (name, stat) => {
      const known = records.latest(name);
      if (known && sameFingerprint(known, stat)) records.markUnchanged(name, scan);
      else checker.check(name);
    });
  }

  private async lookAll(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      await this.yielder.yieldIfDue();
      if (this.resting) return;
      this.deps.checker.check(name);
    }
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof DiskError) || error.failure !== "missing") throw error;
}
