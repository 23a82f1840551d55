import { readFileSync } from "node:fs";

/** Milliseconds that each call below takes longer. */
const DELAY = 100;
const DISK = [
  "pread64",
  "pwrite64",
  "io_submit",
  "io_getevents",
  "fallocate",
  "fsync",
  "fdatasync",
  "syncfs",
  "sync_file_range",
  "ftruncate",
  "rename",
  "renameat",
  "renameat2",
  "unlink",
  "unlinkat",
  "link",
  "linkat",
];
const LOOP = ["epoll_wait", "epoll_pwait", "epoll_pwait2"];

/** The command on a machine whose disk needs long for everything; what its threads ask of the system goes to `trace`. */
export function onSlowDisk(command: readonly string[], trace: string): string[] {
  const calls = ["-e", `trace=${[...LOOP, ...DISK].join()}`, "-e", "signal=none"];
  const delay = `--inject=${DISK.join()}:delay_enter=${DELAY * 1000}`;
  // With -I 2 it passes on a signal that is to end it.
  return [
    "strace",
    "-I",
    "2",
    "-f",
    "-y",
    "-q",
    "--seccomp-bpf",
    "-ttt",
    "-T",
    ...calls,
    delay,
    "-o",
    trace,
    ...command,
  ];
}

export interface LoopFigures {
  /** The traced process, whose first thread it is about. */
  readonly pid: number;
  /** Longest time, in milliseconds, between two waits of the main thread for something to happen. */
  readonly longest: number;
  /** How often it waited: few would mean that it was not seen. */
  readonly waits: number;
  /** How many delayed calls all threads made. */
  readonly delayed: number;
}

/**
 * What a trace says of the main thread's event loop. `shared`: a folder whose files it reads itself where the page cache
 * has them, which it asks first; such a read is no disk's, and its delay does not count.
 */
export function loopFigures(trace: string, shared: string | null = null): LoopFigures {
  const lines = readFileSync(trace, "utf8").split("\n");
  const pid = Number.parseInt(lines[0] ?? "", 10);
  let longest = 0;
  let waits = 0;
  let delayed = 0;
  /** Seconds since 1970 at which the last wait was over; null during one and before the first. */
  let over: number | null = null;
  /** Seconds since then that do not count. */
  let excused = 0;
  for (const line of lines) {
    if (line.includes("(DELAYED)")) delayed += 1;
    const [, thread, at, text = ""] = line.match(/^(\d+) +([\d.]+) (.*)$/) ?? [];
    if (Number(thread) !== pid) continue;
    if (shared !== null && text.startsWith("pread64(") && text.includes(`<${shared}/`)) excused += DELAY / 1000;
    if (!/^(<\.\.\. )?epoll_/.test(text)) continue;
    if (!text.startsWith("<...")) {
      if (over !== null) longest = Math.max(longest, Number(at) - over - excused);
      excused = 0;
      waits += 1;
    }
    const took = text.match(/<([\d.]+)>$/);
    if (!took) over = null;
    else over = text.startsWith("<...") ? Number(at) : Number(at) + Number(took[1]);
  }
  return { pid, longest: longest * 1000, waits, delayed };
}
