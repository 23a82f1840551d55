import { dirname } from "node:path";
import { type Clock, delay } from "../../../platform/clock.ts";
import { type Disk, DiskError, type FileStat, type Reach } from "../../../platform/disk/disk.ts";
import type { Log } from "../../../platform/log/log.ts";
import { type LogLimit, LogLimiter } from "../../../platform/log/log-limiter.ts";
import { type Sentence, say } from "../../../sentences/sentence.ts";
import { SinkError } from "../sink.ts";
import { acquireLockFile, MIN_UNREADABLE_AGE_MS, releaseLockFile } from "./lock-file.ts";
import { isAt, removeEmpty } from "./publishing.ts";
import type { WorkFiles } from "./work-files.ts";

/** Milliseconds between two tries, and until the log says that this download waits. */
const RETRY_DELAY_MS = 100;
const WAITING_NOTICE_MS = 1000;
/** Times that a work file may be replaced between its opening and its locking; after these it counts as held. */
const MAX_REOPENS = 20;

export interface WorkLockDeps {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Log;
}

/** An open work file, as it was found: empty when there was none. */
interface WorkFile {
  readonly fd: number;
  readonly stat: FileStat;
}

/** The work files are this download's alone until it is released. */
export interface WorkLock {
  readonly journal: WorkFile;
  readonly part: WorkFile;
  /** Whether somebody else had it first. */
  readonly waited: boolean;
  /** Closes the journal and the part. */
  release(): Promise<void>;
}

type Held = {
  readonly kind: "held";
  readonly by: Sentence;
  /** A lock file does not say by whom: he may be dead. */
  readonly unnamed?: boolean;
};
type LockAttempt =
  | Held
  /** Locked: where there are no locks, by this file. */
  | { readonly kind: "ours"; readonly lock: WorkLock }
  /** One of the files that were locked is not at its path any more. */
  | { readonly kind: "gone" };

/** Each log says only once that a file system has no locks. */
const NO_LOCKS_LIMIT: LogLimit = { maxLines: 1, periodMs: Number.POSITIVE_INFINITY };
const limitedLogs = new WeakMap<Log, LogLimiter>();

/**
 * Locks work files and opens them; those that are absent are created. A lock that is held may be that of a process
 * that was killed and is still ending: it is waited for, at most `timeoutMs` milliseconds, or until it is known that a lock
 * file which names nobody is a dead process's. Throws {@link SinkError} when it is held all the same, or something else
 * is in the place of a work file, and DiskError.
 */
export async function lockWorkFiles(deps: WorkLockDeps, files: WorkFiles, timeoutMs: number): Promise<WorkLock> {
  const { clock, log } = deps;
  const began = clock.now();
  let logged = false;
  for (let waited = 0; ; waited = clock.now() - began) {
    const one = await tryWorkLock(deps, files);
    if ("journal" in one) return waited === 0 ? one : { ...one, waited: true };
    // Once it is old it is a dead process's.
    const limit = one.unnamed ? timeoutMs + MIN_UNREADABLE_AGE_MS : timeoutMs;
    if (waited >= limit)
      throw new SinkError(say("another redes is downloading to {path}: {by}", { path: files.path, by: one.by }));
    if (!logged && waited >= WAITING_NOTICE_MS) {
      log.info(
        "waiting",
        say("{path}: waiting for another redes that is downloading to it, or is just ending", { path: files.path }),
      );
      logged = true;
    }
    await delay(clock, RETRY_DELAY_MS);
  }
}

/** The same without waiting: the lock, or who has it. */
export async function tryWorkLock(deps: WorkLockDeps, files: WorkFiles): Promise<Held | WorkLock> {
  for (let turn = 0; turn < MAX_REOPENS; turn++) {
    const attempt = await attemptLock(deps, files);
    if (attempt.kind === "ours") return attempt.lock;
    if (attempt.kind === "held") return attempt;
  }
  return { kind: "held", by: say("{part} or its journal comes and goes", { part: files.part }) };
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
    for (const path of [files.part, files.journal]) if (await disk.lstat(path)) await disk.remove(path, files.reach);
  } finally {
    await lock.release();
  }
}

/** Releases a lock under which nothing was done: files that were made for it do not stay. Throws DiskError. */
export async function releaseUnused(disk: Disk, lock: WorkLock, files: WorkFiles): Promise<void> {
  await removeEmpty(disk, lock.part.fd, files.part, files.reach).catch(() => {});
  await removeEmpty(disk, lock.journal.fd, files.journal, files.reach).catch(() => {});
  await lock.release();
}

/** Locks both files as they are found. What turns out not to be this download's is closed again. */
async function attemptLock(deps: WorkLockDeps, files: WorkFiles): Promise<LockAttempt> {
  const { disk } = deps;
  const journal = await openWorkFile(disk, files.journal, files.reach);
  return unlessOurs(lockJournal(deps, files, journal), () => disk.close(journal));
}

async function lockJournal(
  { disk, clock, log }: WorkLockDeps,
  files: WorkFiles,
  journal: number,
): Promise<LockAttempt> {
  const result = disk.lock(journal);
  if (result === "held") return { kind: "held", by: say("it works in {part}", { part: files.part }) };
  let lockFile: string | null = null;
  if (result === "unsupported") {
    warnOfNoLocks(log, clock, dirname(files.path));
    const taken = await acquireLockFile(disk, clock, files);
    if (taken.kind === "held") return taken;
    lockFile = files.lock;
  }
  return unlessOurs(lockPart(disk, files, journal, lockFile), async () => {
    await removeEmpty(disk, journal, files.journal, files.reach).catch(() => {});
    if (lockFile !== null) await releaseLockFile(disk, files);
  });
}

/** The part is opened last: who is at work in it notices each descriptor that could write to it. */
async function lockPart(disk: Disk, files: WorkFiles, journal: number, lockFile: string | null): Promise<LockAttempt> {
  const part = await openWorkFile(disk, files.part, files.reach);
  return unlessOurs(claim(disk, files, { journal, part, lockFile }), () => disk.close(part));
}

async function claim(
  disk: Disk,
  files: WorkFiles,
  { journal, part, lockFile }: { readonly journal: number; readonly part: number; readonly lockFile: string | null },
): Promise<LockAttempt> {
  // Somebody may have taken the journal away from the download that is at work in the part.
  if (disk.lockBeyondEnd(part) === "held") return { kind: "held", by: say("it works in {part}", { part: files.part }) };
  // The last owner may have removed or renamed what was opened here: a lock on it would exclude nobody.
  const isGone = !(await isAt(disk, journal, files.journal)) || !(await isAt(disk, part, files.part));
  if (isGone) return { kind: "gone" };
  const lock: WorkLock = {
    journal: { fd: journal, stat: await disk.fstat(journal) },
    part: { fd: part, stat: await disk.fstat(part) },
    waited: false,
    async release() {
      const closed = await Promise.allSettled([disk.close(part), disk.close(journal)]);
      if (lockFile !== null) await releaseLockFile(disk, files).catch(() => {});
      for (const each of closed) if (each.status === "rejected") throw each.reason;
    },
  };
  return { kind: "ours", lock };
}

/** What an attempt gives; unless that is the lock, `undo` is called before. */
async function unlessOurs(attempt: Promise<LockAttempt>, undo: () => Promise<void>): Promise<LockAttempt> {
  let isOurs = false;
  try {
    const result = await attempt;
    isOurs = result.kind === "ours";
    return result;
  } finally {
    if (!isOurs) await undo();
  }
}

function warnOfNoLocks(log: Log, clock: Clock, folder: string): void {
  const limited = limitedLogs.get(log) ?? new LogLimiter(log, clock, NO_LOCKS_LIMIT);
  limitedLogs.set(log, limited);
  limited.warn(
    "no-locks",
    say("the file system of {folder} has no file locks: a file beside each download does instead", { folder }),
  );
}

/**
 * Opens a work file, which is made when absent. Nothing but a regular file is opened, or replaced. Throws
 * {@link SinkError} or DiskError.
 */
async function openWorkFile(disk: Disk, path: string, reach: Reach): Promise<number> {
  let fd: number;
  try {
    fd = await disk.open(path, "update", reach);
  } catch (error) {
    const there = error instanceof DiskError ? await disk.lstat(path).catch(() => null) : null;
    if (there && there.kind !== "file") throw obstructedBy(path, there.kind);
    throw error;
  }
  const stat = await disk.fstat(fd);
  if (stat.kind === "file") return fd;
  await disk.close(fd);
  throw obstructedBy(path, stat.kind);
}

function obstructedBy(path: string, kind: "folder" | "link" | "other"): SinkError {
  const what = { folder: say("a folder"), link: say("a symbolic link"), other: say("no regular file") }[kind];
  return new SinkError(
    say("{path} is in the way: it is {what}, where a download wants to work; move it", { path, what }),
  );
}
