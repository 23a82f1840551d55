import { readFileSync } from "node:fs";

/** From <fcntl.h> of Linux. */
const O_CLOEXEC = 0o2000000;

/**
 * Whether the process was started without a stdout: the runtime puts something into its place, which takes all. Only what
 * the runtime itself has opened can be there and be closed by the start of another program.
 */
export function isStdoutClosed(): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync("/proc/self/fdinfo/1", "utf8"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return false;
  }
}
