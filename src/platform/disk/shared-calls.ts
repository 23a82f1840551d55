import fs from "node:fs";
import { basename, dirname } from "node:path";
import { descriptorPath } from "../linux/libc.ts";
import { openReal } from "../linux/open-real.ts";
import * as linux from "../linux/rename.ts";
import { type Bounds, DiskError, type FileStat, type HeldFolder, type OpenMode, type Reach } from "./disk.ts";
import { diskCallSync } from "./disk-errors.ts";
import { promised } from "./full-io.ts";
import { isWithin } from "./names.ts";

/** What the asynchronous and the blocking disk have in common. */

/** Bytes of a block as stat counts them. */
export const STAT_BLOCK_BYTES = 512;

const OPEN_FLAGS: Readonly<Record<OpenMode, number>> = {
  // What has become a pipe meanwhile must not be waited for.
  read: fs.constants.O_RDONLY | fs.constants.O_NONBLOCK,
  "read-no-link": fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW,
  update: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
  create: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL,
};

/** From <fcntl.h> of Linux: opens a folder as a place alone, which needs no right to read it. */
const O_PATH = 0o10000000;
const HOLD_FLAGS = O_PATH | fs.constants.O_DIRECTORY;

export function kindOf(entry: fs.BigIntStats | fs.Dirent): FileStat["kind"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "other";
}

export function toStat(stat: fs.BigIntStats): FileStat {
  return {
    kind: kindOf(stat),
    size: Number(stat.size),
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
    inode: stat.ino,
    device: stat.dev,
    allocated: Number(stat.blocks) * STAT_BLOCK_BYTES,
  };
}

/** Bun takes any number for a position and truncates it silently, so what is no byte offset must stop here. */
export function checkPosition(position: number): void {
  if (!Number.isSafeInteger(position) || position < 0) throw new RangeError(`not a position in a file: ${position}`);
}

/** Whether a folder could not be made because it is there. */
export function isExistingFolder(error: unknown, path: string): boolean {
  return (error as NodeJS.ErrnoException).code === "EEXIST" && fs.statSync(path).isDirectory();
}

/** See {@link Disk.open}. Rejects with DiskError `link`, or the system's error. */
export async function open(path: string, mode: OpenMode, bounds: Bounds | null = null): Promise<number> {
  const fd = await promised<number>((done) => fs.open(path, OPEN_FLAGS[mode], 0o666, done));
  if (!bounds || process.platform !== "linux") return fd;
  try {
    checkWithin(path, await fs.promises.readlink(descriptorPath(fd)), bounds);
    return fd;
  } catch (error) {
    fs.close(fd);
    throw error;
  }
}

/** The same, blocking. */
export function openSync(path: string, mode: OpenMode, bounds: Bounds | null = null): number {
  // One call less for each of many small files.
  const real = bounds && isWithin(path, bounds) ? openReal(path, OPEN_FLAGS[mode]) : null;
  if (real !== null) return real;
  const fd = fs.openSync(path, OPEN_FLAGS[mode]);
  if (!bounds || process.platform !== "linux") return fd;
  try {
    checkWithin(path, fs.readlinkSync(descriptorPath(fd)), bounds);
    return fd;
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

/** `place`: where the file is that was opened by a path. Throws DiskError. */
function checkWithin(path: string, place: string, bounds: Bounds): void {
  if (isWithin(place, bounds)) return;
  throw new DiskError("link", path, `cannot open ${path}: a link leads out of ${bounds.folder}`);
}

/** See {@link Disk.linkFd}. */
export function linkFd(fd: number, to: string): void {
  diskCallSync("make", to, () => linux.linkFd(fd, to));
}

/**
 * Does something at a path. Where its folder is to be a `real` one, that is held open meanwhile, and `work` gets a path
 * through it: a link that somebody puts in its place after the check has no effect. Rejects with the system's error, ELOOP
 * where a link is on the way.
 */
export async function inFolder<T>(path: string, reach: Reach = "any", work: (place: string) => Promise<T>): Promise<T> {
  if (reach === "any" || process.platform !== "linux") return work(path);
  const folder = await promised<number>((done) => fs.open(dirname(path), HOLD_FLAGS, done));
  try {
    const real = await fs.promises.readlink(descriptorPath(folder));
    if (real !== dirname(path)) throw Object.assign(new Error("ELOOP"), { code: "ELOOP" });
    return await work(`${descriptorPath(folder)}/${basename(path)}`);
  } finally {
    await promised<void>((done) => fs.close(folder, (error) => done(error ?? null)));
  }
}

/** See {@link BlockingDisk.holdFolder}. */
export function holdFolder(path: string): HeldFolder | null {
  if (process.platform !== "linux") return { path, release() {} };
  return diskCallSync("open", path, () => {
    const folder = fs.openSync(path, HOLD_FLAGS);
    const held = descriptorPath(folder);
    const release = () => fs.closeSync(folder);
    if (fs.readlinkSync(held) === path) return { path: held, release };
    release();
    return null;
  });
}
