import { dlopen, FFIType, read } from "bun:ffi";

/**
 * The few system calls that Bun has no API for. Linux only; elsewhere `libc()` gives null and callers do without.
 * Constants from <fcntl.h> and <sys/file.h> of Linux, the same on every architecture.
 */
const F_SETLEASE = 1024;
const F_SETSIG = 10;
const SIGURG = 23;
const F_RDLCK = 0;
const F_UNLCK = 2;
const LOCK_EX = 2;
const LOCK_NB = 4;
const EAGAIN = 11;

export interface Libc {
  /** flock, exclusive and without waiting: whether it was taken. */
  lock(fd: number): boolean;
  /**
   * Whether a read lease is refused, which is so exactly while someone has the file open for writing.
   * A lease also fails on files of other users and on network file systems: null then.
   */
  beingWritten(fd: number): boolean | null;
  /** syncfs: whether everything of the file system that holds fd is on the disk now. */
  syncAll(fd: number): boolean;
}

let loaded: Libc | null | undefined;

export function libc(): Libc | null {
  if (loaded === undefined) loaded = load();
  return loaded;
}

function load(): Libc | null {
  if (process.platform !== "linux") return null;
  const { i32, ptr } = FFIType;
  const symbols = {
    flock: { args: [i32, i32], returns: i32 },
    fcntl: { args: [i32, i32, i32], returns: i32 },
    syncfs: { args: [i32], returns: i32 },
    __errno_location: { args: [], returns: ptr },
  } as const;
  for (const library of ["libc.so.6", "libc.so", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`]) {
    try {
      const { symbols: c } = dlopen(library, symbols);
      return {
        lock: (fd) => c.flock(fd, LOCK_EX | LOCK_NB) === 0,
        beingWritten(fd) {
          // Whoever opens the file while the lease is held makes the kernel send a signal: by default SIGIO, which ends
          // the process; SIGURG is ignored.
          c.fcntl(fd, F_SETSIG, SIGURG);
          if (c.fcntl(fd, F_SETLEASE, F_RDLCK) === 0) {
            c.fcntl(fd, F_SETLEASE, F_UNLCK);
            return false;
          }
          const errno = c.__errno_location();
          return errno && read.i32(errno, 0) === EAGAIN ? true : null;
        },
        syncAll: (fd) => c.syncfs(fd) === 0,
      };
    } catch {
      // Not this name of the library; the next may do.
    }
  }
  return null;
}
