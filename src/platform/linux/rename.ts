import { FFIType } from "bun:ffi";
import fs from "node:fs";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  cString,
  descriptorPath,
  EEXIST,
  EINVAL,
  ENOSYS,
  EOPNOTSUPP,
  EPERM,
  errno,
  lazy,
  loadFunctions,
} from "./libc.ts";

/** From <fcntl.h> and <linux/fs.h>. */
const AT_SYMLINK_FOLLOW = 0x400;
const RENAME_NOREPLACE = 1;

/** What a system or a file system says that cannot rename without replacing. */
const UNSUPPORTED: ReadonlySet<number> = new Set([ENOSYS, EINVAL, EOPNOTSUPP, EPERM]);

/** What a file system says that has no links. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOSYS", "EOPNOTSUPP", "ENOTSUP", "EINVAL", "EMLINK"]);

const NO_PATH = cString("");

const renaming = lazy(() => {
  const { i32, u32, ptr } = FFIType;
  return loadFunctions({ renameat2: { args: [i32, ptr, i32, ptr, u32], returns: i32 } });
});
const linking = lazy(() => {
  const { i32, ptr } = FFIType;
  return loadFunctions({ linkat: { args: [i32, ptr, i32, ptr, i32], returns: i32 } });
});

/**
 * Renames a file unless `to` exists. Of file systems that cannot do that in one step it makes a link, or only checks
 * first: then a file made at `to` after the check is replaced. Throws the system's error, EEXIST when `to` exists.
 */
export function renameNoReplace(from: string, to: string): void {
  const error = renameInOneStep(from, to);
  if (error === 0) return;
  if (!UNSUPPORTED.has(error)) throw systemError(error);
  // A link never replaces anything, which rename always does. After EPERM the old name might be impossible to remove.
  if (error !== EPERM && linked(from, to)) return fs.unlinkSync(from);
  if (fs.lstatSync(to, { throwIfNoEntry: false })) throw systemError(EEXIST);
  fs.renameSync(from, to);
}

/**
 * Gives an open file that has no name one: a path, or a name in an open folder. Throws the system's error, EEXIST when `to`
 * exists.
 */
export function linkFd(fd: number, to: string, folder = AT_FDCWD): void {
  const c = linking();
  if (!c) throw systemError(ENOSYS);
  const name = cString(to);
  // A fifth faster than by a path through /proc. Before Linux 6.10 it needs a right that only root has (CAP_DAC_READ_SEARCH).
  if (c.linkat(fd, NO_PATH, folder, name, AT_EMPTY_PATH) === 0) return;
  const error = errno();
  if (error === EEXIST) throw systemError(error);
  if (c.linkat(AT_FDCWD, cString(descriptorPath(fd)), folder, name, AT_SYMLINK_FOLLOW) !== 0)
    throw systemError(errno());
}

/** 0 or the error number. */
function renameInOneStep(from: string, to: string): number {
  const c = renaming();
  if (!c) return ENOSYS;
  return c.renameat2(AT_FDCWD, cString(from), AT_FDCWD, cString(to), RENAME_NOREPLACE) === 0 ? 0 : errno();
}

/** False where the file system has no links. */
function linked(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (cause) {
    if (NO_LINKS.has((cause as NodeJS.ErrnoException).code ?? "")) return false;
    throw cause;
  }
}

function systemError(error: number): Error {
  const code = process.getBuiltinModule("node:util").getSystemErrorName(-error);
  return Object.assign(new Error(code), { code });
}
