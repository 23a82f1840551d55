import type { Cancel } from "../../platform/clock.ts";
import { StateMachine, type Transitions } from "../../platform/state-machine.ts";
import { plural } from "../../platform/units.ts";
import { messageOf } from "../../sentences/sentence-error.ts";
import { RULES_FILE } from "../folder/ignore-rules.ts";
import { SETTLE_MS } from "../folder/settle.ts";
import { isHidden } from "../folder/shared-folder.ts";
import { FileChecker, type FileCheckerDeps } from "./file-checker.ts";
import { FolderWatcher } from "./folder-watcher.ts";
import { Scanner } from "./scanner.ts";

/** Milliseconds between full scans: watching loses events when a queue overflows, and on network file systems. */
export const SCAN_INTERVAL_MS = 30_000;
/** The same while some folders are not watched, so that only scans find what changes there. */
const UNWATCHED_SCAN_INTERVAL_MS = 5_000;
/** Regular scans are at least this many times as far apart as one takes, or a large folder is scanned all the time. */
const MIN_INTERVAL_PER_DURATION = 20;
/** The same of a scan because too much happened, or the system lost track. */
const MIN_URGENT_INTERVAL_PER_DURATION = 2;
/** Milliseconds between two comparisons of changed paths: some files change all the time. */
const PATH_INTERVAL_MS = 100;
/** With more changed paths than this a full scan is cheaper. */
export const MAX_CHANGED_PATHS = 10_000;

/** `paused`: the folder is not there. */
type MonitorState = "idle" | "running" | "paused" | "stopped";

const NEXT: Transitions<MonitorState> = {
  idle: ["running", "stopped"],
  running: ["paused", "stopped"],
  paused: ["running", "stopped"],
  stopped: [],
};

/** Other exclusions are to be applied, rules to be read, changed paths to be compared, or the whole folder. */
type Task = "exclusions" | "rules" | "paths" | "scan";

export type FolderMonitorDeps = Omit<FileCheckerDeps, "compareSoon">;

/**
 * Keeps the records in step with the shared folder. Every trigger comes here: changes that the
 * system notices, regular scans, other rules of what is shared, disks that come and go, what the program changes itself,
 * and files that seem wrong to those who read them. Folders are compared with the records one after the other, in `serve`; single
 * files that differ go through the checker, many at the same time.
 */
export class FolderMonitor {
  /** Takes a file from "it may have changed" to a record. */
  readonly checker: FileChecker;
  private readonly deps: FolderMonitorDeps;
  private readonly watcher: FolderWatcher;
  private readonly scanner: Scanner;
  private readonly state = new StateMachine<MonitorState>("the monitor of the folder", NEXT, "idle");
  private serving: Promise<void> | null = null;
  private readonly due = new Set<Task>();
  private changedPaths = new Set<string>();
  private pathsTimer: Cancel | null = null;
  private pathsComparedAt = Number.NEGATIVE_INFINITY;
  private rulesTimer: Cancel | null = null;
  /** Null while a full scan goes on. */
  private scanTimer: Cancel | null = null;
  private scanning = false;
  /** Whether the next full scan is not to wait for its regular time. */
  private urgent = false;
  /** How long the last full scan took, and when it ended, in milliseconds. */
  private scanDuration = 0;
  private scanEndedAt = 0;
  /** Those who wait for the end of the next full scan. */
  private scanWaiters: PromiseWithResolvers<void>[] = [];
  private scanListener: () => void = () => {};

  constructor(deps: FolderMonitorDeps) {
    this.deps = deps;
    this.checker = new FileChecker({ ...deps, compareSoon: (path) => this.addPath(path) });
    this.scanner = new Scanner({ ...deps, checker: this.checker, stopped: () => !this.state.is("running") });
    this.watcher = new FolderWatcher({
      ...deps,
      changed: (path) => this.changed(path),
      limited: () => this.planScan(),
    });
  }

  /** Watches, and resolves after the first full scan. Throws DiskError when that fails though the folder is there. */
  async start(): Promise<void> {
    this.state.become("running");
    this.checker.start();
    await this.nextScan().catch(async (error: unknown) => {
      if (await this.deps.sharedFolder.checkPresent()) throw error;
    });
  }

  /** The folder is not there: nothing is compared until `resume`. */
  pause(): void {
    if (this.state.is("running")) this.rest("paused");
  }

  /** The folder is there again, with other watches. Resolves after a full scan. */
  async resume(): Promise<void> {
    if (this.state.is("paused")) this.state.become("running");
    await this.nextScan().catch((error: unknown) => this.warnUnreadable(error));
  }

  async stop(): Promise<void> {
    this.rest("stopped");
    await this.serving;
    this.checker.stop();
  }

  /** `listener` is notified after each full scan. */
  onScanned(listener: () => void): void {
    this.scanListener = listener;
  }

  /** Something may have happened to a file. */
  recheck(name: string): void {
    this.checker.check(name);
  }

  /** Other files than before are excluded from what is shared. */
  exclusionsChanged(): void {
    this.request("exclusions");
  }

  /** The system tells of a change at a path; null: it lost track, or watches another folder than the shared one. */
  private changed(path: string | null): void {
    if (!this.state.is("running")) return;
    if (path === null) this.watcher.stop();
    if (path === null || this.changedPaths.size >= MAX_CHANGED_PATHS) {
      this.changedPaths.clear();
      this.urgent = true;
      this.planScan();
    } else if (path === RULES_FILE) {
      this.readRulesIn(PATH_INTERVAL_MS);
    } else if (!isHidden(path) && !this.checker.touch(path)) {
      this.addPath(path);
    }
  }

  private addPath(path: string): void {
    // Where it runs again, a full scan comes first.
    if (!this.state.is("running")) return;
    this.changedPaths.add(path);
    const delay = Math.max(0, this.pathsComparedAt + PATH_INTERVAL_MS - this.deps.clock.now());
    this.pathsTimer ??= this.deps.clock.after(delay, () => {
      this.pathsTimer = null;
      this.request("paths");
    });
  }

  private request(task: Task): void {
    this.due.add(task);
    this.serving ??= Promise.resolve().then(() => this.serve());
  }

  /** Does what is due, one task after the other, those first that keep files from being shared by mistake. */
  private async serve(): Promise<void> {
    while (this.state.is("running") && this.due.size > 0) {
      try {
        if (this.due.delete("exclusions")) await this.applyExclusions();
        else if (this.due.delete("rules")) await this.readRules();
        else if (this.due.delete("paths")) await this.comparePaths();
        else if (this.due.delete("scan")) await this.scan();
      } catch (error) {
        this.warnUnreadable(error);
      }
    }
    this.serving = null;
    for (const { resolve } of this.scanWaiters.splice(0)) resolve();
  }

  private async applyExclusions(): Promise<void> {
    await this.scanner.removeExcluded();
    this.due.add("scan");
  }

  private async readRules(): Promise<void> {
    if (await this.refreshRules()) this.due.add("scan");
  }

  /** Reads the rules of what is not shared where they have changed; says whether other ones hold now. */
  private async refreshRules(): Promise<boolean> {
    const change = await this.deps.sharedFolder.refreshRules();
    if (change === "settling") this.readRulesIn(SETTLE_MS);
    if (change !== "changed") return false;
    const count = await this.scanner.removeExcluded();
    const text = `${RULES_FILE} has changed: ${plural(count, "file")} less to share; nothing is deleted`;
    this.deps.log.info("ignore-rules", text, { files: count });
    return true;
  }

  private async comparePaths(): Promise<void> {
    const paths = this.changedPaths;
    this.changedPaths = new Set();
    this.pathsComparedAt = this.deps.clock.now();
    await this.scanner.scanPaths(paths);
  }

  /** Resolves after a full scan that begins from now on. Rejects with DiskError when the folder cannot be read. */
  private nextScan(): Promise<void> {
    const waiter = Promise.withResolvers<void>();
    this.scanWaiters.push(waiter);
    this.request("scan");
    return waiter.promise;
  }

  private async scan(): Promise<void> {
    const waiters = this.scanWaiters.splice(0);
    try {
      await this.scanAll();
      for (const { resolve } of waiters) resolve();
    } catch (error) {
      if (waiters.length === 0) throw error;
      for (const { reject } of waiters) reject(error);
    }
  }

  private async scanAll(): Promise<void> {
    const { clock, sharedFolder } = this.deps;
    if (!(await sharedFolder.checkPresent())) return;
    await sharedFolder.refreshNestedDisks();
    await this.refreshRules();
    if (!this.state.is("running")) return;
    this.scanTimer?.();
    this.scanTimer = null;
    this.urgent = false;
    this.scanning = true;
    this.watcher.start();
    const began = clock.now();
    try {
      await this.scanner.scanAll();
      sharedFolder.forgetWarning("", "scan");
      this.scanListener();
    } finally {
      this.scanning = false;
      this.scanEndedAt = clock.now();
      this.scanDuration = this.scanEndedAt - began;
      this.planScan();
    }
  }

  /** Sets the time of the next full scan, in place of the one set before. */
  private planScan(): void {
    if (!this.state.is("running") || this.scanning) return;
    const regular = this.watcher.limited ? UNWATCHED_SCAN_INTERVAL_MS : SCAN_INTERVAL_MS;
    const interval = this.urgent
      ? Math.max(PATH_INTERVAL_MS, this.scanDuration * MIN_URGENT_INTERVAL_PER_DURATION)
      : Math.max(regular, this.scanDuration * MIN_INTERVAL_PER_DURATION);
    const delay = Math.max(this.urgent ? PATH_INTERVAL_MS : 0, this.scanEndedAt + interval - this.deps.clock.now());
    this.scanTimer?.();
    this.scanTimer = this.deps.clock.after(delay, () => this.request("scan"));
  }

  private readRulesIn(delay: number): void {
    this.rulesTimer ??= this.deps.clock.after(delay, () => {
      this.rulesTimer = null;
      this.request("rules");
    });
  }

  private rest(state: "paused" | "stopped"): void {
    this.state.become(state);
    for (const cancel of [this.scanTimer, this.pathsTimer, this.rulesTimer]) cancel?.();
    this.scanTimer = null;
    this.pathsTimer = null;
    this.rulesTimer = null;
    this.changedPaths.clear();
    this.due.clear();
    this.watcher.stop();
  }

  private warnUnreadable(error: unknown): void {
    if (!this.state.is("running")) return;
    const reason = messageOf(error);
    this.deps.sharedFolder.warnOnce("", "scan", `cannot scan the shared folder: ${reason}`);
  }
}
