import { dirname } from "node:path";
import { type Clock, delay } from "../../../platform/clock.ts";
import { type Disk, DiskError, type FileStat, sameFile } from "../../../platform/disk/disk.ts";
import type { Log } from "../../../platform/log/log.ts";
import { type LogLimit, LogLimiter } from "../../../platform/log/log-limiter.ts";
import { SinkError } from "../sink.ts";
import { acquireLockFile } from "./lock-file.ts";
import type { WorkFiles } from "./work-files.ts";

/** Milliseconds between two tries, and until the log says that this download waits. */
const RETRY_DELAY_MS = 100;
const WAITING_NOTICE_MS = 1000;
/** Times that the journal may be replaced between its opening and its locking; after these it counts as held. */
const MAX_REOPENS = 20;

export interface WorkLockDeps {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Log;
}

/** The work files are this download's alone until it is released. */
export interface WorkLock {
  /** The open journal, and how it was found. */
  readonly journal: number;
  readonly stat: FileStat;
  /** Whether somebody else had it first. */
  readonly waited: boolean;
  /** Closes the journal. */
  release(): Promise<void>;
}

type Held = { readonly kind: "held"; readonly by: string };
type LockAttempt =
  | Held
  /** Locked: where there are no locks, by this file. */
  | { readonly kind: "ours"; readonly stat: FileStat; readonly lockFile: string | null }
  /** The file that was locked is not the journal any more. */
  | { readonly kind: "gone" };

/** Each log says only once that a file system has no locks. */
const NO_LOCKS_LIMIT: LogLimit = { maxLines: 1, periodMs: Number.POSITIVE_INFINITY };
const limitedLogs = new WeakMap<Log, LogLimiter>();

/**
 * Locks work files and opens the journal, which is created when absent. A lock that is held may be that of a process
 * that was killed and is still ending: it is waited for, at most `timeoutMs` milliseconds. Throws {@link SinkError}
 * when it is held all the same, or something else is in the journal's place, and DiskError.
 */
export async function lockWorkFiles(deps: WorkLockDeps, files: WorkFiles, timeoutMs: number): Promise<WorkLock> {
  const { clock, log } = deps;
  const began = clock.now();
  let logged = false;
  for (let waited = 0; ; waited = clock.now() - began) {
    const one = await tryWorkLock(deps, files);
    if ("journal" in one) return waited === 0 ? one : { ...one, waited: true };
    if (waited >= timeoutMs) throw new SinkError(`another redes is downloading to ${files.path}: ${one.by}`);
    if (!logged && waited >= WAITING_NOTICE_MS) {
      log.info("waiting", `${files.path}: waiting for another redes that is downloading to it, or is just ending`);
      logged = true;
    }
    await delay(clock, RETRY_DELAY_MS);
  }
}

/** The same without waiting: the lock, or who has it. */
export async function tryWorkLock(deps: WorkLockDeps, files: WorkFiles): Promise<Held | WorkLock> {
  const { disk } = deps;
  for (let turn = 0; turn < MAX_REOPENS; turn++) {
    const { fd: journal } = await openWorkFile(disk, files.journal);
    let claim: LockAttempt;
    try {
      claim = await lockJournal(deps, files, journal);
    } catch (error) {
      await disk.close(journal);
      throw error;
    }
    if (claim.kind === "ours") return workLock(disk, journal, claim.stat, claim.lockFile);
    await disk.close(journal);
    if (claim.kind === "held") return claim;
  }
  return { kind: "held", by: `${files.journal} comes and goes` };
}

/**
 * Removes what an earlier try has left, unless another download uses it, or something else is there. Throws DiskError.
 */
export async function discardWorkFiles(deps: WorkLockDeps, files: WorkFiles): Promise<void> {
  const { disk } = deps;
  const kinds = [await disk.lstat(files.part), await disk.lstat(files.journal)].map((stat) => stat?.kind ?? "nothing");
  if (!kinds.includes("file") || kinds.some((kind) => kind !== "file" && kind !== "nothing")) return;
  const lock = await tryWorkLock(deps, files);
  if (!("journal" in lock)) return;
  try {
    for (const path of [files.part, files.journal]) if (await disk.lstat(path)) await disk.remove(path);
  } finally {
    await lock.release();
  }
}

async function lockJournal(
  { disk, clock, log }: WorkLockDeps,
  files: WorkFiles,
  journal: number,
): Promise<LockAttempt> {
  const result = disk.lock(journal);
  if (result === "held") return { kind: "held", by: `it works in ${files.part}` };
  let lockFile: string | null = null;
  if (result === "unsupported") {
    warnOfNoLocks(log, clock, dirname(files.path));
    const taken = await acquireLockFile(disk, clock, files.lock);
    if (taken.kind === "held") return taken;
    lockFile = files.lock;
  }
  // The last owner of the lock may have removed the journal that was opened here: a lock on it would exclude nobody.
  const there = await disk.lstat(files.journal);
  const stat = await disk.fstat(journal);
  if (there && sameFile(there, stat)) return { kind: "ours", stat, lockFile };
  if (lockFile !== null) await disk.remove(lockFile);
  return { kind: "gone" };
}

function warnOfNoLocks(log: Log, clock: Clock, folder: string): void {
  const limited = limitedLogs.get(log) ?? new LogLimiter(log, clock, NO_LOCKS_LIMIT);
  limitedLogs.set(log, limited);
  limited.warn("no-locks", `the file system of ${folder} has no file locks: a file beside each download does instead`);
}

function workLock(disk: Disk, journal: number, stat: FileStat, lockFile: string | null): WorkLock {
  return {
    journal,
    stat,
    waited: false,
    async release() {
      await disk.close(journal);
      if (lockFile !== null) await disk.remove(lockFile).catch(() => {});
    },
  };
}

/**
 * Opens a work file, which is made when absent. Nothing but a regular file is opened, or replaced. Throws
 * {@link SinkError} or DiskError.
 */
export async function openWorkFile(
  disk: Disk,
  path: string,
): Promise<{ readonly fd: number; readonly stat: FileStat }> {
  let fd: number;
  try {
    fd = await disk.open(path, "update");
  } catch (error) {
    const there = error instanceof DiskError ? await disk.lstat(path).catch(() => null) : null;
    if (there && there.kind !== "file") throw obstructedBy(path, there.kind);
    throw error;
  }
  const stat = await disk.fstat(fd);
  if (stat.kind === "file") return { fd, stat };
  await disk.close(fd);
  throw obstructedBy(path, stat.kind);
}

function obstructedBy(path: string, kind: "folder" | "link" | "other"): SinkError {
  const what = { folder: "a folder", link: "a symbolic link", other: "no regular file" }[kind];
  return new SinkError(`${path} is in the way: it is ${what}, where a download wants to work; move it`);
}
