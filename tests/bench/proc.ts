import { readdirSync, readFileSync } from "node:fs";

/** CPU seconds that a process has used, from /proc. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  // Fields 14 and 15 of the whole line, in ticks of a hundredth of a second.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/**
 * How often the threads of a process have gone to sleep by themselves so far: something has to wake them each time. From
 * /proc, so that nothing slows the process, as tracing its system calls would.
 */
export function sleepsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
    return sum + Number(status.match(/^voluntary_ctxt_switches:\s+(\d+)/m)?.[1] ?? 0);
  }, 0);
}

/** Bytes of memory that a process has, from /proc. */
export function memoryOf(pid: number): number {
  return bytesOf(pid, "VmRSS");
}

/** Bytes of memory that a process has had at most, from /proc. */
export function peakMemoryOf(pid: number): number {
  return bytesOf(pid, "VmHWM");
}

function bytesOf(pid: number, field: string): number {
  const line = readFileSync(`/proc/${pid}/status`, "utf8").match(new RegExp(`${field}:\\s+(\\d+) kB`));
  return Number(line?.[1] ?? 0) * 1024;
}
