import { FFIType } from "bun:ffi";
import fs from "node:fs";
import type { WriteWatch } from "../disk/disk.ts";
import { cString, descriptorPath, EAGAIN, errno, lazy, loadFunctions } from "./libc.ts";

/** Who else writes to a file: now, by a lease; from now on, by inotify. */

/** From <fcntl.h> and <signal.h>. */
const F_SETSIG = 10;
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const F_UNLCK = 2;
const SIGURG = 23;

const leaseCalls = lazy(() => {
  const { i32 } = FFIType;
  return loadFunctions({ fcntl: { args: [i32, i32, i32], returns: i32 } });
});

/**
 * Whether a read lease is refused, which is so exactly while someone has the file open for writing. A lease also fails on
 * files of other users and on network file systems: null then. See {@link Disk.hasWriters}.
 */
export function hasWriters(fd: number): boolean | null {
  const c = leaseCalls();
  if (!c) return null;
  // A process that opens the file while the lease is held makes the kernel send a signal: by default SIGIO, which ends
  // this process; SIGURG is ignored.
  c.fcntl(fd, F_SETSIG, SIGURG);
  if (c.fcntl(fd, F_SETLEASE, F_RDLCK) === 0) {
    c.fcntl(fd, F_SETLEASE, F_UNLCK);
    return false;
  }
  return errno() === EAGAIN ? true : null;
}

/** From <sys/inotify.h>: a queue of events that is read without waiting, and the end of a descriptor for writing. */
const IN_NONBLOCK = 0o4000;
const IN_CLOEXEC = 0o2000000;
const IN_CLOSE_WRITE = 8;
const MAX_EVENT_BYTES = 4096;

const inotifyCalls = lazy(() => {
  const { i32, u32, ptr } = FFIType;
  return loadFunctions({
    inotify_init1: { args: [i32], returns: i32 },
    inotify_add_watch: { args: [i32, ptr, u32], returns: i32 },
  });
});

/** Watches an open file by a queue of inotify. Null where the system gives none: it has a limit for each user. */
export function watchWriters(fd: number): WriteWatch | null {
  const queue = openQueue(fd);
  if (queue === null) return null;
  const events = new Uint8Array(MAX_EVENT_BYTES);
  let noticed = false;
  return {
    noticed() {
      try {
        noticed ||= fs.readSync(queue, events) > 0;
      } catch {
        // Nothing is there to be read.
      }
      return noticed;
    },
    stop: () => fs.closeSync(queue),
  };
}

/** A descriptor that can be read from once somebody has closed one by which this open file could be written to. */
function openQueue(fd: number): number | null {
  const c = inotifyCalls();
  const queue = c?.inotify_init1(IN_NONBLOCK | IN_CLOEXEC) ?? -1;
  if (!c || queue < 0) return null;
  if (c.inotify_add_watch(queue, cString(descriptorPath(fd)), IN_CLOSE_WRITE) >= 0) return queue;
  fs.closeSync(queue);
  return null;
}
