import { FFIType, ptr } from "bun:ffi";
import fs from "node:fs";
import { lazy, loadFunctions } from "./libc.ts";

/** From <sys/stat.h>: the time that is not to be changed. */
const UTIME_OMIT = 0x3ffffffen;

const functions = lazy(() => loadFunctions({ futimens: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 } }));

/** Two of struct timespec, seconds and nanoseconds: of the last access, which stays, and of the modification. */
const times = new BigInt64Array([0n, UTIME_OMIT, 0n, 0n]);

/** See {@link Disk.setModified}. */
export function setModified(fd: number, modified: number): boolean {
  if (!Number.isSafeInteger(modified) || modified < 0) throw new RangeError(`not a time: ${modified}`);
  const c = functions();
  if (c) {
    times[2] = BigInt(Math.floor(modified / 1_000_000));
    times[3] = BigInt(modified % 1_000_000) * 1000n;
    return c.futimens(fd, ptr(times)) === 0;
  }
  try {
    // A float of seconds is not exact to the microsecond.
    fs.futimesSync(fd, new Date(), modified / 1e6);
    return true;
  } catch {
    return false;
  }
}
