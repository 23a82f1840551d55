import fs from "node:fs";
import { type ContentState, sameContent } from "../content-state.ts";
import { isInState } from "../linux/file-status.ts";
import * as linux from "../linux/rename.ts";
import type { FileStat, OpenMode } from "./disk.ts";
import { diskCallSync } from "./disk-errors.ts";

/** What the asynchronous and the blocking disk have in common. */

/** Bytes of a block as stat counts them. */
export const STAT_BLOCK_BYTES = 512;

/** From <fcntl.h> of Linux: opens something as a place alone, which needs no right to read it, and waits for nothing. */
export const O_PATH = 0o10000000;

export const OPEN_FLAGS: Readonly<Record<OpenMode, number>> = {
  // What has become a pipe meanwhile must not be waited for.
  read: fs.constants.O_RDONLY | fs.constants.O_NONBLOCK,
  "read-no-link": fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW,
  change: fs.constants.O_RDWR | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
  update: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
  create: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL,
};

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

/** See {@link Disk.fstatNow}. */
export function fstatSync(fd: number): FileStat {
  return diskCallSync("read", fd, () => toStat(fs.fstatSync(fd, { bigint: true })));
}

/** See {@link BlockingDisk.isUnchanged}. */
export function isUnchanged(fd: number, state: ContentState): boolean {
  return isInState(fd, state) ?? sameContent(fstatSync(fd), state);
}

/** See {@link Disk.linkFd}. */
export function linkFd(fd: number, to: string): void {
  diskCallSync("make", to, () => linux.linkFd(fd, to));
}
