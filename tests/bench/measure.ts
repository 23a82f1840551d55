import { spawnChild } from "./children.ts";
import { watchPeakMemory } from "./peak-memory.ts";

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
  const peakMemory = watchPeakMemory(child);
  const [text, out, code] = await Promise.all([
    new Response(child.stderr).text(),
    new Response(child.stdout).text(),
    child.exited,
  ]);
  const seconds = (performance.now() - began) / 1000;
  const memory = peakMemory();
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${text.trim().split("\n").slice(-3).join(" | ")}`);
  const usage = child.resourceUsage();
  const cpu = usage ? Number(usage.cpuTime.total) / 1e6 : 0;
  return { cost: { seconds, cpu, memory }, out };
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
