import { FFIType, ptr } from "bun:ffi";
import fs from "node:fs";
import type { ContentState } from "../content-state.ts";
import { SECOND_NS } from "../units.ts";
import { AT_EMPTY_PATH, cString, lazy, loadFunctions } from "./libc.ts";

/** What the system says of an open file without reading it, and its modification time, which can be set. */

/** From <linux/stat.h>: what to ask for, and where among the 32-bit words of struct statx the answers are. */
const STATX_MTIME = 0x40;
const STATX_INO = 0x100;
const STATX_SIZE = 0x200;
const STATX_DIOALIGN = 0x2000;
const STATX_WORDS = 64;
const STX_MASK = 0;
const STX_DIO_MEM_ALIGN = 38;
const STX_DIO_OFFSET_ALIGN = 39;
/** The inode, the size, the seconds and the nanoseconds of the modification time. */
const STX_CONTENT = [8, 9, 10, 11, 28, 29, 30] as const;

const statxCalls = lazy(() => {
  const { i32, u32, ptr } = FFIType;
  return loadFunctions({ statx: { args: [i32, ptr, i32, u32, ptr], returns: i32 } });
});

const noPath = cString("");
const status = new Uint32Array(STATX_WORDS);

/** Fills `status`; false where the system does not tell all of that. */
function ask(fd: number, mask: number): boolean {
  if (statxCalls()?.statx(fd, noPath, AT_EMPTY_PATH, mask, status) !== 0) return false;
  return ((status[STX_MASK] ?? 0) & mask) === mask;
}

/** What lengths, positions and addresses of direct writes to a file must be multiples of; 0 where there are none. */
export function directIoUnit(fd: number): number {
  if (!ask(fd, STATX_DIOALIGN)) return 0;
  return Math.max(status[STX_DIO_MEM_ALIGN] ?? 0, status[STX_DIO_OFFSET_ALIGN] ?? 0);
}

/** The words of {@link STX_CONTENT} of a file in a state, which many blocks are compared with. */
const contentWords = new WeakMap<ContentState, Uint32Array>();

/**
 * Whether an open file is in a state; null where the system does not tell. Leaves no garbage: `fstat` makes eighteen numbers
 * of any length for each check, which of a thousand checks a second are more than all that is read.
 */
export function isInState(fd: number, state: ContentState): boolean | null {
  if (!ask(fd, STATX_INO | STATX_SIZE | STATX_MTIME)) return null;
  let words = contentWords.get(state);
  if (!words) {
    words = wordsOf(state);
    contentWords.set(state, words);
  }
  for (let index = 0; index < STX_CONTENT.length; index++) {
    if (words[index] !== status[STX_CONTENT[index] ?? 0]) return false;
  }
  return true;
}

function wordsOf({ inode, size, mtimeNs }: ContentState): Uint32Array {
  const nanoseconds = ((mtimeNs % SECOND_NS) + SECOND_NS) % SECOND_NS;
  const seconds = (mtimeNs - nanoseconds) / SECOND_NS;
  return new Uint32Array(new BigInt64Array([inode, BigInt(size), seconds, nanoseconds]).buffer, 0, STX_CONTENT.length);
}

/** From <sys/stat.h>: the time that is not to be changed. */
const UTIME_OMIT = 0x3ffffffen;

const timeCalls = lazy(() => loadFunctions({ futimens: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 } }));

/** Two of struct timespec, seconds and nanoseconds: of the last access, which stays, and of the modification. */
const times = new BigInt64Array([0n, UTIME_OMIT, 0n, 0n]);

/** See {@link Disk.setModified}. */
export function setModified(fd: number, modified: number): boolean {
  if (!Number.isSafeInteger(modified) || modified < 0) throw new RangeError(`not a time: ${modified}`);
  const c = timeCalls();
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
