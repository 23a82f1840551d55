import { FFIType } from "bun:ffi";
import { errno, isTransient, lazy, loadFunctions } from "./libc.ts";

/** From <sys/socket.h>. */
const MSG_DONTWAIT = 0x40;

const sendCalls = lazy(() => {
  const { i32, u64, i64_fast, ptr } = FFIType;
  return loadFunctions({ sendfile: { args: [i32, i32, ptr, u64], returns: i64_fast } });
});
const receiveCalls = lazy(() => {
  const { i32, u64, i64_fast, ptr } = FFIType;
  return loadFunctions({
    recv: { args: [i32, ptr, u64, i32], returns: i64_fast },
    poll: { args: [ptr, u64, i32], returns: i32 },
  });
});

const offset = new BigInt64Array(1);

/**
 * Hands bytes of a file to a socket without copying them through this process. Gives how many were taken, 0 when the
 * socket has no room; null when it fails, or the file ends at `position`.
 */
export function sendFile(socket: number, file: number, position: number, length: number): number | null {
  const c = sendCalls();
  if (!c) return null;
  offset[0] = BigInt(position);
  const sent = Number(c.sendfile(socket, file, offset, length));
  if (sent > 0) return sent;
  if (sent === 0) return null;
  return isTransient(errno()) ? 0 : null;
}

/** Whether `receive` and `poll` can be called. */
export function canReceive(): boolean {
  return receiveCalls() !== null;
}

/** Takes bytes from a socket without waiting: how many came, 0 when none are there; null when the peer has ended, or it failed. */
export function receive(socket: number, buffer: Uint8Array): number | null {
  const c = receiveCalls();
  if (!c) return null;
  const count = Number(c.recv(socket, buffer, buffer.length, MSG_DONTWAIT));
  if (count > 0) return count;
  return count < 0 && isTransient(errno()) ? 0 : null;
}

/**
 * Waits until one of the first `count` entries is ready, at most `wait` milliseconds, and marks those that are. An entry
 * is a struct pollfd: a descriptor, then the wanted events in the lower half and the found ones in the upper.
 */
export function poll(entries: Int32Array, count: number, wait: number): void {
  receiveCalls()?.poll(entries, count, wait);
}

/** From <poll.h>. */
const POLLOUT = 4;

/** Whether a descriptor takes bytes without waiting: a pipe 4 KiB of them. False where that cannot be found out. */
export function canWrite(fd: number): boolean {
  const entries = Int32Array.of(fd, POLLOUT);
  poll(entries, 1, 0);
  return (((entries[1] ?? 0) >>> 16) & POLLOUT) !== 0;
}

/** From <fcntl.h>. */
const F_SETPIPE_SZ = 1031;

const pipeCalls = lazy(() => {
  const { i32 } = FFIType;
  return loadFunctions({ fcntl: { args: [i32, i32, i32], returns: i32 } });
});

/** Lets a pipe hold so many bytes, where the descriptor is a pipe and the limits allow it. */
export function setPipeSize(fd: number, bytes: number): void {
  pipeCalls()?.fcntl(fd, F_SETPIPE_SZ, bytes);
}
