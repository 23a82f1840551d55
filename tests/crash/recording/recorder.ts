import fs from "node:fs";
import { type SystemCall, systemCalls } from "./system-call.ts";

/** Whether strace is installed, and may watch programs. */
export const MAY_RECORD = mayRecord();

function mayRecord(): boolean {
  if (Bun.which("strace") === null) return false;
  return Bun.spawnSync(["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "true"]).success;
}

/** Bytes of a string that strace shows: more than the program writes with one call. */
const MAX_STRING_BYTES = 4 * 1024 * 1024;

/** Everything that changes a file, a folder or what is known to be on the disk, and all by which a descriptor comes and goes. */
const TRACED = [
  ...["open", "openat", "openat2", "creat", "close", "dup", "dup2", "dup3"],
  ...["write", "sendto", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate"],
  ...["copy_file_range", "sendfile", "splice", "io_submit", "mmap", "fcntl", "ioctl"],
  ...["rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat"],
  ...["mkdir", "mkdirat", "rmdir", "fsync", "fdatasync", "syncfs", "sync"],
];

/** The beginning of a command line that runs a program and writes down its system calls. */
export function recorded(trace: string): string[] {
  const traced = `trace=${TRACED.join(",")}`;
  const options = ["-f", "-qq", "-ttt", "-xx", "--seccomp-bpf", "-e", "signal=none", "-s", String(MAX_STRING_BYTES)];
  return ["strace", ...options, "-e", traced, "-o", trace];
}

/** The beginning of a command line that runs a program and kills it when it is about to make a system call. */
export function killedAt(call: string): string[] {
  return [
    "strace",
    "-f",
    "-qq",
    "-o",
    "/dev/null",
    "-e",
    `trace=${call}`,
    "-e",
    `inject=${call}:signal=SIGKILL:when=1`,
  ];
}

/** The system calls of a run that has ended. */
export function readTrace(trace: string): SystemCall[] {
  return [...systemCalls(fs.readFileSync(trace, "latin1").split("\n"))];
}
