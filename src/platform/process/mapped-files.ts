import { FFIType } from "bun:ffi";
import fs from "node:fs";
import { lazy, loadFunctions } from "../linux/libc.ts";

/** From <sys/mman.h>. */
const MADV_DONTNEED = 4;
/** A mapping of a file in /proc/self/smaps: its beginning and its end, what may be done with it, and the path of the file. */
const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+ +(\/.*)$/;
/** How much of it is no more as it is in the file. */
const ANONYMOUS = /^Anonymous: +(\d+) kB/;

const adviceCalls = lazy(() => {
  const { ptr, u64, i32 } = FFIType;
  return loadFunctions({ madvise: { args: [ptr, u64, i32], returns: i32 } });
});

/** A part of the memory of this process. */
export interface Mapping {
  readonly start: number;
  readonly bytes: number;
}

/**
 * The mappings of one file, in a text like that of /proc/self/smaps, that can be had from it again as they are: nothing was
 * ever written to them, and nothing can be.
 */
export function unchangeableMappings(smaps: string, path: string): Mapping[] {
  const found: Mapping[] = [];
  let last: Mapping | null = null;
  for (const line of smaps.split("\n")) {
    const header = MAPPING.exec(line);
    if (header) {
      const [, start = "", end = "", rights = "", file = ""] = header;
      const from = Number.parseInt(start, 16);
      const isFixed = !rights.includes("w") && file === path;
      last = isFixed ? { start: from, bytes: Number.parseInt(end, 16) - from } : null;
    } else if (/^[0-9a-f]+-/.test(line)) last = null;
    const anonymous = ANONYMOUS.exec(line);
    if (anonymous && last && anonymous[1] === "0") found.push(last);
    if (anonymous) last = null;
  }
  return found;
}

/** Those of the program's own file, which stay where they are as long as the process lives. */
const ownCode = lazy(() =>
  unchangeableMappings(fs.readFileSync("/proc/self/smaps", "utf8"), fs.readlinkSync("/proc/self/exe")),
);

/**
 * Has the system take the program's own code out of the memory of this process. What is used is there again at once, out of the
 * page cache, and what only the start or some work has used stays away: without this it would count as the process's until the
 * machine has no other memory left.
 */
export function releaseCode(): void {
  try {
    const c = adviceCalls();
    for (const { start, bytes } of c ? ownCode() : []) c?.madvise(start as never, bytes, MADV_DONTNEED);
  } catch {
    // It works without.
  }
}
