/** Errors of system calls that the simulated disk gives. */
export type ErrorCode =
  | "EACCES"
  | "EBADF"
  | "EBUSY"
  | "EEXIST"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "ELOOP"
  | "EMFILE"
  | "ENAMETOOLONG"
  | "ENOENT"
  | "ENOSPC"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "EPERM"
  | "EROFS"
  | "EXDEV";

/** What a system call fails with. */
export class SystemError extends Error {
  constructor(readonly code: ErrorCode) {
    super(code);
  }
}

export function fail(code: ErrorCode): never {
  throw new SystemError(code);
}

/** Does something that the system may refuse; false where it does. */
export function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return false;
  }
}
