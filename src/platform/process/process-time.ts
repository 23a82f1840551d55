import { FFIType, ptr } from "bun:ffi";
import { systemClock } from "../clock.ts";
import { lazy, loadFunctions } from "../linux/libc.ts";

/** From <time.h>. */
const CLOCK_MONOTONIC = 1;

const functions = lazy(() =>
  loadFunctions({ clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 } } as const),
);

/** What this thread's clock lacks to the one of the system. */
const behind = lazy(() => {
  /** struct timespec: seconds, nanoseconds. */
  const time = new BigInt64Array(2);
  const failed = (functions()?.clock_gettime(CLOCK_MONOTONIC, ptr(time)) ?? -1) !== 0;
  const now = failed ? systemClock.wall() : Number(time[0]) * 1000 + Number(time[1]) / 1e6;
  return now - systemClock.now();
});

/** Milliseconds on a clock that never goes back, the same in all threads: the usual one begins with each thread. */
export function processTime(): number {
  return systemClock.now() + behind();
}
