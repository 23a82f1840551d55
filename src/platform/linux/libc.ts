import { dlopen, type FFIFunction, FFIType, ptr as pointerTo, read } from "bun:ffi";
import { closeSync } from "node:fs";

/**
 * The few system calls that Bun has no API for. Linux only; elsewhere `libc()` gives null and callers do without.
 * Constants from <fcntl.h> and <sys/file.h> of Linux, the same on every architecture.
 */
const F_SETLEASE = 1024;
const F_SETSIG = 10;
const F_SETPIPE_SZ = 1031;
const SIGURG = 23;
const F_RDLCK = 0;
const F_UNLCK = 2;
const LOCK_EX = 2;
const LOCK_NB = 4;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
export const EAGAIN = 11;
const EINTR = 4;
const MSG_DONTWAIT = 0x40;
const SYNC_FILE_RANGE_WRITE = 2;
const PAGE = 4096;
/** From <linux/fs.h>; the same on the architectures that this runs on. */
const FICLONE = 0x40049409;
/** Errors of what a file system cannot do at all. */
const ENOTTY = 25;
const EOPNOTSUPP = 95;
/** From <sys/stat.h>: the time that is not to be changed. */
const UTIME_OMIT = 0x3ffffffen;
/** From <linux/falloc.h>: FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE. */
const PUNCH_HOLE = 1 | 2;
/** From <linux/fs.h>. */
const RWF_NOWAIT = 8;
/** cachestat, of Linux 6.5 and later, has this number everywhere; no C library wraps it yet. */
const SYS_CACHESTAT = 451;
/** Calls that no C library wraps and that have other numbers on every architecture. */
const SYS_AIO: Readonly<Record<string, Readonly<Record<"setup" | "destroy" | "events" | "submit", number>>>> = {
  x64: { setup: 206, destroy: 207, events: 208, submit: 209 },
  arm64: { setup: 0, destroy: 1, submit: 2, events: 4 },
};
export const EEXIST = 17;
const EINVAL = 22;
export const ENOSYS = 38;
/** From <sys/inotify.h>: a queue of events that is read without waiting, and the end of a descriptor for writing. */
const IN_NONBLOCK = 0o4000;
const IN_CLOEXEC = 0o2000000;
const IN_CLOSE_WRITE = 8;
const AT_FDCWD = -100;
const RENAME_NOREPLACE = 1;
const AT_SYMLINK_FOLLOW = 0x400;
const AT_EMPTY_PATH = 0x1000;
/** From <linux/stat.h>: what to ask for, and where among the 32-bit words of struct statx the answers are. */
const STATX_DIOALIGN = 0x2000;
const STATX_WORDS = 64;
const STX_MASK = 0;
const STX_DIO_MEM_ALIGN = 38;
const STX_DIO_OFFSET_ALIGN = 39;

/** `unsupported`: the file system cannot do it for any file; `failed`: not for these. */
export type CloneResult = "cloned" | "unsupported" | "failed";

export interface Libc {
  /** flock, exclusive and without waiting; gives 0 or the error number. */
  lock(fd: number): number;
  /**
   * Whether a read lease is refused, which is so exactly while someone has the file open for writing.
   * A lease also fails on files of other users and on network file systems: null then.
   */
  hasWriters(fd: number): boolean | null;
  /** Lets a pipe hold so many bytes, where it is one and may. */
  setPipeSize(fd: number, bytes: number): void;
  /** Renames unless `to` exists, in one step; gives 0 or the error number, ENOSYS where the file system cannot. */
  renameNoReplace(from: string, to: string): number;
  /** linkat: gives an open file that has no name one, unless it exists; gives 0 or the error number. */
  linkFd(fd: number, to: string): number;
  /** syncfs: whether everything of the file system that holds fd is on the disk now. */
  syncfs(fd: number): boolean;
  /** sync_file_range: starts to write these bytes of a file to the disk. */
  startWriteback(fd: number, position: number, length: number): void;
  /** statx: what lengths, positions and addresses of direct writes to a file must be multiples of; 0 where there are none. */
  directIoUnit(fd: number): number;
  /** io_setup: a context for so many writes at once; null where there is none. */
  ioSetup(writes: number): bigint | null;
  /** io_destroy: waits until none of its writes goes on. */
  ioDestroy(context: bigint): void;
  /** io_submit: hands over one struct iocb; whether it was taken. */
  ioSubmit(context: bigint, block: Uint8Array): boolean;
  /**
   * io_getevents: puts a struct io_event for each write that has ended into `events`, at most so many, and gives how many
   * these are; waits for `least` of them, or until a signal comes. Null when it fails.
   */
  ioEvents(context: bigint, least: number, most: number, events: BigInt64Array): number | null;
  /** lseek: where the first hole is at or after a position, or the file's end; null where that cannot be told. */
  nextHole(fd: number, position: number): number | null;
  /** lseek: where the first bytes that are in no hole are, at or after a position; null where there are none, or that cannot be told. */
  nextData(fd: number, position: number): number | null;
  /** fallocate: takes room for `length` bytes of a file from `position` on, or for less when there is less. */
  allocate(fd: number, position: number, length: number): void;
  /** fallocate: makes bytes of a file read as zeros and gives their room back; whether the file system can. */
  punchHole(fd: number, position: number, length: number): boolean;
  /** ioctl FICLONE: makes an empty file share all blocks of another until they are changed. */
  clone(from: number, to: number): CloneResult;
  /**
   * inotify: a descriptor that can be read from once somebody has closed one by which this open file could be written to;
   * null where there is none.
   */
  watchWriters(fd: number): number | null;
  /** futimens: sets a file's modification time, in nanoseconds since 1970, and no other; whether it could. */
  setModified(fd: number, nanoseconds: bigint): boolean;
  /** Whether all bytes from `position` to `position + length` of a file are in the page cache; false where unknown. */
  isCached(fd: number, position: number, length: number): boolean;
  /**
   * sendfile: hands bytes of a file to a socket without copying them through this process. Gives how many were taken,
   * 0 when the socket has no room; null when it fails, or the file ends at `position`.
   */
  sendFile(socket: number, file: number, position: number, length: number): number | null;
  /** recv, without waiting: how many bytes came, 0 when none are there; null when the peer has ended, or it failed. */
  receive(socket: number, buffer: Uint8Array): number | null;
  /**
   * poll: waits until one of the first `count` entries is ready, at most `wait` milliseconds, and marks those that are. An
   * entry is a struct pollfd: a descriptor, then the wanted events in the lower half and the found ones in the upper.
   */
  poll(entries: Int32Array, count: number, wait: number): void;
}

let loaded: Libc | null | undefined;

export function libc(): Libc | null {
  if (loaded === undefined) loaded = load();
  return loaded;
}

function load(): Libc | null {
  if (process.platform !== "linux") return null;
  const { i32, u32, i64, i64_fast, u64, ptr } = FFIType;
  const symbols = {
    flock: { args: [i32, i32], returns: i32 },
    ioctl: { args: [i32, u64, i32], returns: i32 },
    futimens: { args: [i32, ptr], returns: i32 },
    fcntl: { args: [i32, i32, i32], returns: i32 },
    linkat: { args: [i32, ptr, i32, ptr, i32], returns: i32 },
    syncfs: { args: [i32], returns: i32 },
    sendfile: { args: [i32, i32, ptr, u64], returns: i64_fast },
    preadv2: { args: [i32, ptr, i32, i64, i32], returns: i64_fast },
    sync_file_range: { args: [i32, i64, i64, u32], returns: i32 },
    fallocate: { args: [i32, i32, i64, i64], returns: i32 },
    lseek: { args: [i32, i64, i32], returns: i64_fast },
    recv: { args: [i32, ptr, u64, i32], returns: i64_fast },
    poll: { args: [ptr, u64, i32], returns: i32 },
    syscall: { args: [i64, u64, u64, u64, u64, u64], returns: i64_fast },
    __errno_location: { args: [], returns: ptr },
  } as const;
  for (const library of ["libc.so.6", "libc.so", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`]) {
    try {
      const { symbols: c } = dlopen(library, symbols);
      const errno = () => {
        const place = c.__errno_location();
        return place ? read.i32(place, 0) : 0;
      };
      /** struct cachestat_range and struct cachestat of <linux/mman.h>: offset, length; pages cached, and four more. */
      const range = new BigUint64Array(2);
      const pages = new BigUint64Array(5);
      const offset = new BigInt64Array(1);
      /** struct iovec: address, length; and behind it the byte that it points to. */
      const vector = new BigUint64Array(new ArrayBuffer(24));
      vector.set([BigInt(pointerTo(vector)) + 16n, 1n]);
      const { renameat2, statx, inotify_init1, inotify_add_watch } = loadNewer(library);
      const status = new Uint32Array(STATX_WORDS);
      const aio = SYS_AIO[process.arch];
      const word = new BigUint64Array(1);
      /** Two of struct timespec, seconds and nanoseconds: of the last access, which stays, and of the modification. */
      const times = new BigInt64Array([0n, UTIME_OMIT, 0n, 0n]);
      return {
        lock: (fd) => (c.flock(fd, LOCK_EX | LOCK_NB) === 0 ? 0 : errno()),
        hasWriters(fd) {
          // Whoever opens the file while the lease is held makes the kernel send a signal: by default SIGIO, which ends
          // the process; SIGURG is ignored.
          c.fcntl(fd, F_SETSIG, SIGURG);
          if (c.fcntl(fd, F_SETLEASE, F_RDLCK) === 0) {
            c.fcntl(fd, F_SETLEASE, F_UNLCK);
            return false;
          }
          return errno() === EAGAIN ? true : null;
        },
        setPipeSize(fd, bytes) {
          c.fcntl(fd, F_SETPIPE_SZ, bytes);
        },
        renameNoReplace(from, to) {
          if (!renameat2) return ENOSYS;
          const result = renameat2(AT_FDCWD, terminated(from), AT_FDCWD, terminated(to), RENAME_NOREPLACE);
          if (result === 0) return 0;
          const error = errno();
          return error === EINVAL ? ENOSYS : error;
        },
        linkFd(fd, to) {
          const result = c.linkat(
            AT_FDCWD,
            terminated(descriptorPath(fd)),
            AT_FDCWD,
            terminated(to),
            AT_SYMLINK_FOLLOW,
          );
          return result === 0 ? 0 : errno();
        },
        syncfs: (fd) => c.syncfs(fd) === 0,
        startWriteback(fd, position, length) {
          c.sync_file_range(fd, position, length, SYNC_FILE_RANGE_WRITE);
        },
        directIoUnit(fd) {
          if (statx?.(fd, terminated(""), AT_EMPTY_PATH, STATX_DIOALIGN, status) !== 0) return 0;
          if (((status[STX_MASK] ?? 0) & STATX_DIOALIGN) === 0) return 0;
          return Math.max(status[STX_DIO_MEM_ALIGN] ?? 0, status[STX_DIO_OFFSET_ALIGN] ?? 0);
        },
        ioSetup(writes) {
          // A context that is not 0 is refused as one that exists.
          word[0] = 0n;
          return aio && Number(c.syscall(aio.setup, writes, pointerTo(word), 0, 0, 0)) === 0 ? (word[0] ?? null) : null;
        },
        ioDestroy(context) {
          if (aio) c.syscall(aio.destroy, context, 0, 0, 0, 0);
        },
        ioSubmit(context, block) {
          word[0] = BigInt(pointerTo(block));
          return aio !== undefined && Number(c.syscall(aio.submit, context, 1, pointerTo(word), 0, 0)) === 1;
        },
        ioEvents(context, least, most, events) {
          const count = aio ? Number(c.syscall(aio.events, context, least, most, pointerTo(events), 0)) : -1;
          if (count >= 0) return count;
          return errno() === EINTR ? 0 : null;
        },
        nextHole(fd, position) {
          // The place where a read or write without a position would go on: there is none.
          const hole = Number(c.lseek(fd, position, SEEK_HOLE));
          return hole < 0 ? null : hole;
        },
        nextData(fd, position) {
          const data = Number(c.lseek(fd, position, SEEK_DATA));
          return data < 0 ? null : data;
        },
        allocate(fd, position, length) {
          c.fallocate(fd, 0, position, length);
        },
        punchHole: (fd, position, length) => c.fallocate(fd, PUNCH_HOLE, position, length) === 0,
        clone(from, to) {
          if (c.ioctl(to, FICLONE, from) === 0) return "cloned";
          return [EOPNOTSUPP, ENOTTY, ENOSYS].includes(errno()) ? "unsupported" : "failed";
        },
        setModified(fd, nanoseconds) {
          times[2] = nanoseconds / 1_000_000_000n;
          times[3] = nanoseconds % 1_000_000_000n;
          return c.futimens(fd, pointerTo(times)) === 0;
        },
        isCached(fd, position, length) {
          range[0] = BigInt(position);
          range[1] = BigInt(length);
          if (Number(c.syscall(SYS_CACHESTAT, fd, pointerTo(range), pointerTo(pages), 0, 0)) !== 0) return false;
          const last = position + length - 1;
          if (Number(pages[0]) <= Math.floor(last / PAGE) - Math.floor(position / PAGE)) return false;
          // Pages count from when their reading begins; the last one is read last.
          return Number(c.preadv2(fd, vector, 1, last, RWF_NOWAIT)) >= 0 || errno() !== EAGAIN;
        },
        sendFile(socket, file, position, length) {
          offset[0] = BigInt(position);
          const sent = Number(c.sendfile(socket, file, offset, length));
          if (sent > 0) return sent;
          if (sent === 0) return null;
          return later(errno()) ? 0 : null;
        },
        receive(socket, buffer) {
          const count = Number(c.recv(socket, buffer, buffer.length, MSG_DONTWAIT));
          if (count > 0) return count;
          return count < 0 && later(errno()) ? 0 : null;
        },
        poll(entries, count, wait) {
          c.poll(entries, count, wait);
        },
        watchWriters(fd) {
          const queue = inotify_init1?.(IN_NONBLOCK | IN_CLOEXEC) ?? -1;
          if (queue < 0) return null;
          if (inotify_add_watch && inotify_add_watch(queue, terminated(descriptorPath(fd)), IN_CLOSE_WRITE) >= 0)
            return queue;
          closeSync(queue);
          return null;
        },
      };
    } catch {
      // Not this name of the library; the next may do.
    }
  }
  return null;
}

/** Whether a call that failed so may do when it is made again. */
const later = (error: number) => error === EAGAIN || error === EINTR;

/** What not every library has that has the rest. */
function loadNewer(library: string) {
  const { i32, u32, ptr } = FFIType;
  const rename = { renameat2: { args: [i32, ptr, i32, ptr, u32], returns: i32 } } as const;
  const status = { statx: { args: [i32, ptr, i32, u32, ptr], returns: i32 } } as const;
  const inotify = {
    inotify_init1: { args: [i32], returns: i32 },
    inotify_add_watch: { args: [i32, ptr, u32], returns: i32 },
  } as const;
  return { ...symbolsOf(library, rename), ...symbolsOf(library, status), ...symbolsOf(library, inotify) };
}

/** The functions of a library; null unless it has all of them. */
function symbolsOf<T extends Record<string, FFIFunction>>(library: string, functions: T) {
  try {
    return dlopen(library, functions).symbols;
  } catch {
    return null;
  }
}

/** By which a process has its own open file again. */
export function descriptorPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

function terminated(path: string): Buffer {
  return Buffer.from(`${path}\0`);
}
