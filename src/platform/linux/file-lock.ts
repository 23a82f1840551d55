import { FFIType } from "bun:ffi";
import type { LockResult } from "../disk/disk.ts";
import { EACCES, EAGAIN, errno, lazy, loadFunctions } from "./libc.ts";

/** From <sys/file.h>: an exclusive lock, which is not waited for. */
const LOCK_EX = 2;
const LOCK_NB = 4;

/** From <fcntl.h>: a lock of some bytes that belongs to an open file, as that of the whole file does. */
const F_OFD_SETLK = 37;
const F_WRLCK = 1;
/** Bytes of `struct flock` on systems of 64 bits, and where its fields are. */
const FLOCK_BYTES = 32;
const START_OFFSET = 8;
const LENGTH_OFFSET = 16;
/** A position that no file reaches: the longest has 2^50 bytes. */
const BEYOND_END = 2n ** 62n;

const wholeFile = lazy(() => loadFunctions({ flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } }));

const someBytes = lazy(() => {
  const { i32, ptr } = FFIType;
  return loadFunctions({ fcntl: { args: [i32, i32, ptr], returns: i32 } });
});

/** See {@link Disk.lock}. */
export function lock(fd: number): LockResult {
  const c = wholeFile();
  if (!c) return "unsupported";
  if (c.flock(fd, LOCK_EX | LOCK_NB) === 0) return "taken";
  return errno() === EAGAIN ? "held" : "unsupported";
}

/** See {@link Disk.lockBeyondEnd}. */
export function lockBeyondEnd(fd: number): LockResult {
  const c = someBytes();
  if (!c) return "unsupported";
  const wanted = new DataView(new ArrayBuffer(FLOCK_BYTES));
  wanted.setInt16(0, F_WRLCK, true);
  wanted.setBigInt64(START_OFFSET, BEYOND_END, true);
  wanted.setBigInt64(LENGTH_OFFSET, 1n, true);
  if (c.fcntl(fd, F_OFD_SETLK, new Uint8Array(wanted.buffer)) === 0) return "taken";
  const error = errno();
  return error === EAGAIN || error === EACCES ? "held" : "unsupported";
}
