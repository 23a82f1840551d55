import { hostname } from "node:os";
import type { Clock } from "../../../platform/clock.ts";
import { type Disk, DiskError, type Reach } from "../../../platform/disk/disk.ts";
import { hash, hex } from "../../../platform/hash.ts";
import { type Sentence, say } from "../../../sentences/sentence.ts";
import { removeOwn } from "./publishing.ts";
import type { WorkFiles } from "./work-files.ts";

/** Milliseconds in which a process that has created a lock file writes its name into it. */
export const MIN_UNREADABLE_AGE_MS = 10_000;
/** Times that a lock file may vanish, or turn out to be a dead process's, before it counts as held. */
const MAX_ATTEMPTS = 5;
/** Bytes of the longest lock file. */
const MAX_LOCK_FILE_BYTES = 1024;

/** Hexadecimal digits of the hash of a dead process's lock file. */
const RIGHT_DIGITS = 16;

/**
 * The paths of the lock files that this process has given up and could not remove, as when their disk was gone. Once it is
 * back, they name a process that is alive, and nobody has them.
 */
const unremoved = new WeakMap<Disk, Set<string>>();

/** A path, and how its folder may be reached. */
interface ReachedPath {
  readonly path: string;
  readonly reach: Reach;
}

/** A process. Its start distinguishes it from a later process with the same number. */
interface Holder {
  readonly pid: number;
  /** When it began, "" where that is not known; see {@link Disk.processStart}. */
  readonly start: string;
  readonly boot: string;
  readonly host: string;
}

/** `held`: by whom, for people; `unnamed`: the file does not say it yet, or never will, after a power loss say. */
export type LockFileResult =
  | { readonly kind: "taken" }
  | { readonly kind: "held"; readonly by: Sentence; readonly unnamed: boolean };

/**
 * A lock for file systems without locks: a file that only one can make, and that says who that is. One whose process is
 * gone is broken; of a process on another machine nobody can tell. Throws DiskError.
 */
export async function acquireLockFile(
  disk: Disk,
  clock: Clock,
  { lock: path, reach }: Pick<WorkFiles, "lock" | "reach">,
): Promise<LockFileResult> {
  return acquire({ disk, clock, reach, mine: await thisProcess(disk) }, path);
}

/** Removes a lock file that was taken. Throws DiskError; then this process can take what is left of it. */
export async function releaseLockFile(
  disk: Disk,
  { lock: path, reach }: Pick<WorkFiles, "lock" | "reach">,
): Promise<void> {
  try {
    await disk.remove(path, reach);
  } catch (error) {
    unremovedOn(disk).add(path);
    throw error;
  }
}

/** What each step needs. */
interface Attempt {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly reach: Reach;
  readonly mine: Holder;
}

async function acquire(attempt: Attempt, path: string): Promise<LockFileResult> {
  const { disk, reach, mine } = attempt;
  const own = JSON.stringify(mine);
  for (let turn = 0; turn < MAX_ATTEMPTS; turn++) {
    if (await createLockFile(disk, { path, reach }, own)) return { kind: "taken" };
    const text = await readText(disk, { path, reach });
    if (text === null) continue;
    // Only the first one here that finds it may have it.
    if (text === own && unremovedOn(disk).delete(path)) return { kind: "taken" };
    if (!(await isDead(attempt, path, text))) return heldBy(parse(text), path);
    const result = await breakStaleLock(attempt, path, text);
    if (result !== null) return result;
  }
  return { kind: "held", by: say("others that come and go (see {path})", { path }), unnamed: false };
}

/**
 * Puts an own file in the place of a dead process's; null where that is not there any more. The right to do so is a lock
 * file of its own, whose name says which dead one it is about. So nobody replaces what has come there since, and there is
 * no moment without a lock file.
 */
async function breakStaleLock(attempt: Attempt, path: string, dead: string): Promise<LockFileResult | null> {
  const { disk, reach } = attempt;
  const right = `${path}-${hex(hash(Buffer.from(dead))).slice(0, RIGHT_DIGITS)}`;
  const result = await acquire(attempt, right);
  if (result.kind === "held") return result;
  let hasTaken = false;
  try {
    const text = await readText(disk, { path, reach });
    if (text !== dead || !(await isDead(attempt, path, text))) return null;
    await disk.rename(right, path, reach);
    hasTaken = true;
    return result;
  } catch (error) {
    // Somebody has removed the file, or the folder: then the next turn says what is the matter.
    if (!(error instanceof DiskError) || (error.failure !== "missing" && error.failure !== "exists")) throw error;
    return null;
  } finally {
    if (!hasTaken) await releaseLockFile(disk, { lock: right, reach }).catch(() => {});
  }
}

async function isDead({ disk, clock, mine }: Attempt, path: string, text: string): Promise<boolean> {
  const holder = parse(text);
  return holder === null ? !(await isYoung(disk, clock, path)) : !(await isAlive(disk, mine, holder));
}

function heldBy(holder: Holder | null, path: string): LockFileResult {
  const by = holder
    ? say("process {pid} on {host}", { pid: holder.pid, host: holder.host })
    : say("a process that has just begun");
  return {
    kind: "held",
    by: say("{by} (as {path} says: remove it if that is not so)", { by, path }),
    unnamed: holder === null,
  };
}

async function thisProcess(disk: Disk): Promise<Holder> {
  const pid = disk.processId;
  const [start, boot] = [await disk.processStart(pid), await disk.bootId()];
  return { pid, start: start ?? "", boot: boot ?? "", host: hostname() };
}

async function createLockFile(disk: Disk, { path, reach }: ReachedPath, text: string): Promise<boolean> {
  let fd: number;
  try {
    fd = await disk.open(path, "create", reach);
  } catch (error) {
    if (error instanceof DiskError && error.failure === "exists") return false;
    throw error;
  }
  // Before it names this process.
  unremovedOn(disk).delete(path);
  try {
    await writeNew(disk, fd, { path, reach }, text);
    return true;
  } catch (error) {
    unremovedOn(disk).add(path);
    throw error;
  }
}

async function writeNew(disk: Disk, fd: number, { path, reach }: ReachedPath, text: string): Promise<void> {
  try {
    await disk.write(fd, Buffer.from(text), 0);
  } catch (error) {
    // It says nothing of who has it, and would keep others away.
    await removeOwn(disk, fd, path, reach).catch(() => {});
    throw error;
  } finally {
    await disk.close(fd);
  }
}

function unremovedOn(disk: Disk): Set<string> {
  const paths = unremoved.get(disk) ?? new Set();
  unremoved.set(disk, paths);
  return paths;
}

async function readText(disk: Disk, { path, reach }: ReachedPath): Promise<string | null> {
  try {
    const fd = await disk.open(path, "read", reach);
    try {
      const buffer = Buffer.alloc(MAX_LOCK_FILE_BYTES);
      return buffer.toString("utf8", 0, await disk.read(fd, buffer, 0));
    } finally {
      await disk.close(fd);
    }
  } catch (error) {
    if (error instanceof DiskError && error.failure === "missing") return null;
    throw error;
  }
}

function parse(text: string): Holder | null {
  try {
    const { pid, start, boot, host } = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>;
    if (!Number.isSafeInteger(pid) || typeof start !== "string") return null;
    if (typeof boot !== "string" || typeof host !== "string") return null;
    return { pid: Number(pid), start, boot, host };
  } catch {
    return null;
  }
}

async function isYoung(disk: Disk, clock: Clock, path: string): Promise<boolean> {
  const stat = await disk.lstat(path);
  return stat !== null && Number(stat.mtimeNs / 1_000_000n) > clock.wall() - MIN_UNREADABLE_AGE_MS;
}

async function isAlive(disk: Disk, mine: Holder, holder: Holder): Promise<boolean> {
  if (holder.host !== mine.host) return true;
  if (holder.boot !== mine.boot) return false;
  const start = await disk.processStart(holder.pid);
  if (start === null) return false;
  return start === holder.start || start === "" || holder.start === "";
}
