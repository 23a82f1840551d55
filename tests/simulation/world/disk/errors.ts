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
