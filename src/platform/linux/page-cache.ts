import { FFIType, ptr } from "bun:ffi";
import { EAGAIN, errno, lazy, loadFunctions } from "./libc.ts";

/** What is in the page cache, how it gets to the disk, and what may be written past it. */

/** cachestat, of Linux 6.5 and later, has this number everywhere; no C library wraps it yet. */
const SYS_CACHESTAT = 451;
/** From <linux/fs.h>. */
const RWF_NOWAIT = 8;
const PAGE_BYTES = 4096;

const cacheCalls = lazy(() => {
  const { i32, i64, i64_fast, u64, ptr: pointer } = FFIType;
  return loadFunctions({
    preadv2: { args: [i32, pointer, i32, i64, i32], returns: i64_fast },
    syscall: { args: [i64, u64, u64, u64, u64, u64], returns: i64_fast },
  });
});

/** Of words of 32 bits, the low one first: 64 bits at once would be a BigInt, which is garbage for each block that is read. */
const WORD = 2 ** 32;
/** struct cachestat_range and struct cachestat of <linux/mman.h>: offset, length; pages cached, and four more, of 64 bits each. */
const range = new Uint32Array(4);
const pages = new Uint32Array(10);
/** struct iovec: address, length; and behind it the byte that it points to. */
const vector = new BigUint64Array(new ArrayBuffer(24));
vector.set([BigInt(ptr(vector)) + 16n, 1n]);

/** See {@link Disk.isCached}. */
export function isCached(fd: number, position: number, length: number): boolean {
  const c = cacheCalls();
  if (!c) return false;
  setRange(0, position);
  setRange(2, length);
  if (Number(c.syscall(SYS_CACHESTAT, fd, ptr(range), ptr(pages), 0, 0)) !== 0) return false;
  const last = position + length - 1;
  const cached = (pages[0] ?? 0) + WORD * (pages[1] ?? 0);
  if (cached <= Math.floor(last / PAGE_BYTES) - Math.floor(position / PAGE_BYTES)) return false;
  // Pages count from when their reading begins; the last one is read last.
  return Number(c.preadv2(fd, vector, 1, last, RWF_NOWAIT)) >= 0 || errno() !== EAGAIN;
}

function setRange(at: number, value: number): void {
  range[at] = value % WORD;
  range[at + 1] = Math.floor(value / WORD);
}

/** From <fcntl.h>. */
const SYNC_FILE_RANGE_WRITE = 2;

const syncCalls = lazy(() => loadFunctions({ syncfs: { args: [FFIType.i32], returns: FFIType.i32 } }));
const rangeCalls = lazy(() => {
  const { i32, i64, u32 } = FFIType;
  return loadFunctions({ sync_file_range: { args: [i32, i64, i64, u32], returns: i32 } });
});

/** Brings all that was written to the file system that holds `fd` to the disk; whether it is there now. */
export function syncfs(fd: number): boolean {
  return syncCalls()?.syncfs(fd) === 0;
}

/** See {@link BlockingDisk.startWriteback}. */
export function startWriteback(fd: number, position: number, length: number): void {
  rangeCalls()?.sync_file_range(fd, position, length, SYNC_FILE_RANGE_WRITE);
}
