import { readdirSync, readFileSync } from "node:fs";
import { spawnChild } from "./children.ts";

/** What one run of a command cost. Seconds of wall clock and CPU; bytes of memory at its peak. */
export interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly memory: number;
}

/** Runs a command to its end. Throws, with what it said, when it fails. */
export async function run(command: readonly string[], cwd: string): Promise<Cost> {
  return (await runWith(command, cwd, "ignore")).cost;
}

/** The same, and what it wrote to stdout. */
export async function runForOutput(command: readonly string[], cwd: string): Promise<{ cost: Cost; out: string }> {
  return runWith(command, cwd, "pipe");
}

async function runWith(
  command: readonly string[],
  cwd: string,
  stdout: "ignore" | "pipe",
): Promise<{ cost: Cost; out: string }> {
  const began = performance.now();
  const child = spawnChild([...command], { cwd, stdin: "ignore", stdout, stderr: "pipe" });
  const [text, out, code] = await Promise.all([
    new Response(child.stderr).text(),
    new Response(child.stdout).text(),
    child.exited,
  ]);
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${text.trim().split("\n").slice(-3).join(" | ")}`);
  const usage = child.resourceUsage();
  const cpu = usage ? Number(usage.cpuTime.total) / 1e6 : 0;
  return { cost: { seconds, cpu, memory: usage?.maxRSS ?? 0 }, out };
}

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

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value that so many of a hundred values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? Number.NaN;
}

/** Runs contestants in turn, `rounds` times each after one round that does not count, and gives the costs of each. */
export async function inTurn<Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<Cost>>>,
  rounds: number,
): Promise<Record<Name, Cost[]>> {
  const names = Object.keys(contestants) as Name[];
  const costs = Object.fromEntries(names.map((name) => [name, [] as Cost[]])) as Record<Name, Cost[]>;
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const cost = await contestants[name]();
      if (round >= 0) costs[name].push(cost);
      process.stderr.write(`${round < 0 ? "warm-up" : `round ${round + 1}`} ${name}: ${cost.seconds.toFixed(2)} s\n`);
    }
  }
  return costs;
}
