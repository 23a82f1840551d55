import { FFIType, ptr } from "bun:ffi";
import fs from "node:fs";
import { AT_FDCWD, cString, lazy, loadFunctions, O_CLOEXEC } from "./libc.ts";

/** openat2, the same on every architecture. */
const SYS_OPENAT2 = 437;
/** From <linux/openat2.h>. */
const RESOLVE_NO_SYMLINKS = 0x04n;
/** A file is made if one of these is set: O_CREAT, and what O_TMPFILE has beside O_DIRECTORY. */
const MAKING_FLAGS = fs.constants.O_CREAT | 0o20000000;
/** Permissions of a file that is made, before the umask. */
const NEW_FILE_MODE = 0o666n;

/** Opens a path with these flags unless a link is on its way; gives the descriptor, or a negative number. */
type OpenReal = (path: string, flags: number) => number;

const opening = lazy((): OpenReal | null => {
  const { i64, i64_fast, u64, ptr: pointer } = FFIType;
  const c = loadFunctions({ syscall: { args: [i64, i64, pointer, pointer, u64], returns: i64_fast } });
  if (!c) return null;
  /** A struct open_how: flags, mode, and how links are resolved. */
  const how = new BigUint64Array([0n, 0n, RESOLVE_NO_SYMLINKS]);
  return (path, flags) => {
    how[0] = BigInt(flags | O_CLOEXEC);
    how[1] = (flags & MAKING_FLAGS) === 0 ? 0n : NEW_FILE_MODE;
    return Number(c.syscall(SYS_OPENAT2, AT_FDCWD, cString(path), ptr(how), how.byteLength));
  };
});

/**
 * Opens a file that is reached through no link, not even one that comes meanwhile, with a single system call.
 * Null where a link is on the way, for every error, and where the system (before Linux 5.6) cannot do that.
 */
export function openReal(path: string, flags: number): number | null {
  const fd = opening()?.(path, flags) ?? -1;
  return fd < 0 ? null : fd;
}
