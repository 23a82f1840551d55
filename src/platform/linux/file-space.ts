import { FFIType } from "bun:ffi";
import type { CloneResult } from "../disk/disk.ts";
import { ENOSYS, ENOTTY, EOPNOTSUPP, errno, lazy, loadFunctions } from "./libc.ts";

/** From <unistd.h>. */
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
/** From <linux/falloc.h>: FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE. */
const PUNCH_HOLE = 1 | 2;
/** From <linux/fs.h>. */
const FICLONE = 0x40049409;

const seeking = lazy(() => {
  const { i32, i64, i64_fast } = FFIType;
  return loadFunctions({ lseek: { args: [i32, i64, i32], returns: i64_fast } });
});
const allocating = lazy(() => {
  const { i32, i64 } = FFIType;
  return loadFunctions({ fallocate: { args: [i32, i32, i64, i64], returns: i32 } });
});
const cloning = lazy(() => {
  const { i32, u64 } = FFIType;
  return loadFunctions({ ioctl: { args: [i32, u64, i32], returns: i32 } });
});

/** Where the first hole of a file is at or after a position, or the file's end; null where the system does not say. */
export function nextHole(fd: number, position: number): number | null {
  return seek(fd, position, SEEK_HOLE);
}

/** Where the first bytes that are in no hole are, at or after a position; null where there are none, or the system does not say. */
export function nextData(fd: number, position: number): number | null {
  return seek(fd, position, SEEK_DATA);
}

/** Takes room for `length` bytes of a file from `position` on, or for less when there is less. */
export function allocate(fd: number, position: number, length: number): void {
  allocating()?.fallocate(fd, 0, position, length);
}

/** Makes bytes of a file read as zeros and gives their room back; whether the file system can. */
export function punchHole(fd: number, position: number, length: number): boolean {
  return allocating()?.fallocate(fd, PUNCH_HOLE, position, length) === 0;
}

/** Makes an empty file share all blocks of another until they are changed. */
export function clone(from: number, to: number): CloneResult {
  const c = cloning();
  if (!c) return "unsupported";
  if (c.ioctl(to, FICLONE, from) === 0) return "cloned";
  return [EOPNOTSUPP, ENOTTY, ENOSYS].includes(errno()) ? "unsupported" : "failed";
}

/** It moves the place where a read or write without a position would go on; nothing here reads or writes so. */
function seek(fd: number, position: number, whence: number): number | null {
  const c = seeking();
  if (!c) return null;
  const found = Number(c.lseek(fd, position, whence));
  return found < 0 ? null : found;
}
