import { dlopen, type FFIFunction, FFIType, read } from "bun:ffi";

/**
 * The way to system calls that Bun has no API for. Each feature (a file of this folder) has a table of the functions it
 * needs, so that a library that lacks one of them lacks that feature alone. Constants of the features are those of
 * Linux, the same on the architectures that this runs on where nothing else is said.
 */
const LIBRARIES: readonly string[] = [
  "libc.so.6",
  "libc.so",
  `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`,
];

/** From <fcntl.h>. */
export const AT_FDCWD = -100;
export const AT_EMPTY_PATH = 0x1000;
export const O_CLOEXEC = 0o2000000;

/** From <errno.h>. */
export const EPERM = 1;
export const EINTR = 4;
export const EBADF = 9;
export const EAGAIN = 11;
export const EACCES = 13;
export const EEXIST = 17;
export const EINVAL = 22;
export const ENOTTY = 25;
export const ENOSYS = 38;
export const EOPNOTSUPP = 95;

type Functions = Record<string, FFIFunction>;
type Loaded<T extends Functions> = ReturnType<typeof dlopen<T>>["symbols"];

/** Calls `load` when it is first asked, and remembers what that gave. */
export function lazy<T>(load: () => T): () => T {
  let loaded: { readonly value: T } | null = null;
  return () => {
    loaded ??= { value: load() };
    return loaded.value;
  };
}

/** The functions of the C library; null unless it has all of them, and this is Linux. */
export function loadFunctions<T extends Functions>(functions: T): Loaded<T> | null {
  const library = loadLibrary();
  return library && openFunctions(library.name, functions);
}

/** The error number of this thread's last call that failed. */
export function errno(): number {
  const place = loadLibrary()?.symbols.__errno_location() ?? null;
  return place === null ? 0 : read.i32(place, 0);
}

/** Whether a call that failed so may succeed when it is made again. */
export function isTransient(error: number): boolean {
  return error === EAGAIN || error === EINTR;
}

/** The path by which a process has its own open file again, also when the file has another name by now, or none. */
export function descriptorPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** A string as C has it. */
export function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

/** Loaded before anything else: to load it after a call would change the error number of that call. */
const loadLibrary = lazy(() => {
  if (process.platform !== "linux") return null;
  for (const name of LIBRARIES) {
    const symbols = openFunctions(name, { __errno_location: { args: [], returns: FFIType.ptr } } as const);
    if (symbols) return { name, symbols };
  }
  return null;
});

function openFunctions<T extends Functions>(library: string, functions: T): Loaded<T> | null {
  try {
    return dlopen(library, functions).symbols;
  } catch {
    return null;
  }
}
