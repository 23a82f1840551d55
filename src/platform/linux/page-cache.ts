import { FFIType, ptr } from "bun:ffi";
import { cString, EAGAIN, errno, lazy, loadFunctions } from "./libc.ts";

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

/** struct cachestat_range and struct cachestat of <linux/mman.h>: offset, length; pages cached, and four more. */
const range = new BigUint64Array(2);
const pages = new BigUint64Array(5);
/** struct iovec: address, length; and behind it the byte that it points to. */
const vector = new BigUint64Array(new ArrayBuffer(24));
vector.set([BigInt(ptr(vector)) + 16n, 1n]);

/** See {@link Disk.isCached}. */
export function isCached(fd: number, position: number, length: number): boolean {
  const c = cacheCalls();
  if (!c) return false;
  range[0] = BigInt(position);
  range[1] = BigInt(length);
  if (Number(c.syscall(SYS_CACHESTAT, fd, ptr(range), ptr(pages), 0, 0)) !== 0) return false;
  const last = position + length - 1;
  if (Number(pages[0]) <= Math.floor(last / PAGE_BYTES) - Math.floor(position / PAGE_BYTES)) return false;
  // Pages count from when their reading begins; the last one is read last.
  return Number(c.preadv2(fd, vector, 1, last, RWF_NOWAIT)) >= 0 || errno() !== EAGAIN;
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

/** From <fcntl.h>. */
const AT_EMPTY_PATH = 0x1000;
/** From <linux/stat.h>: what to ask for, and where among the 32-bit words of struct statx the answers are. */
const STATX_DIOALIGN = 0x2000;
const STATX_WORDS = 64;
const STX_MASK = 0;
const STX_DIO_MEM_ALIGN = 38;
const STX_DIO_OFFSET_ALIGN = 39;

const statxCalls = lazy(() => {
  const { i32, u32, ptr } = FFIType;
  return loadFunctions({ statx: { args: [i32, ptr, i32, u32, ptr], returns: i32 } });
});

const status = new Uint32Array(STATX_WORDS);

/** What lengths, positions and addresses of direct writes to a file must be multiples of; 0 where there are none. */
export function directIoUnit(fd: number): number {
  if (statxCalls()?.statx(fd, cString(""), AT_EMPTY_PATH, STATX_DIOALIGN, status) !== 0) return 0;
  if (((status[STX_MASK] ?? 0) & STATX_DIOALIGN) === 0) return 0;
  return Math.max(status[STX_DIO_MEM_ALIGN] ?? 0, status[STX_DIO_OFFSET_ALIGN] ?? 0);
}
