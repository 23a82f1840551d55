import { FFIType } from "bun:ffi";
import type { LockResult } from "../disk/disk.ts";
import { EAGAIN, errno, lazy, loadFunctions } from "./libc.ts";

/** From <sys/file.h>: an exclusive lock, which is not waited for. */
const LOCK_EX = 2;
const LOCK_NB = 4;

const functions = lazy(() => loadFunctions({ flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } }));

/** See {@link Disk.lock}. */
export function lock(fd: number): LockResult {
  const c = functions();
  if (!c) return "unsupported";
  if (c.flock(fd, LOCK_EX | LOCK_NB) === 0) return "taken";
  return errno() === EAGAIN ? "held" : "unsupported";
}
