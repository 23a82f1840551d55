import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeShares, memoryFolder } from "./files.ts";
import { type Cost, runForOutput } from "./measure.ts";
import { Hosts } from "./namespaces.ts";
import { type BenchResult, type Bound, rowsOf } from "./table.ts";

const MEGABIT = 1e6 / 8;

interface Case {
  readonly name: string;
  /** Megabits a second of each link, at first. */
  readonly rates: readonly number[];
  /** What happens after so many seconds, and the rates from then on. */
  readonly change?: { readonly after: number; readonly rates: readonly number[]; act(hosts: Hosts, farm: Farm): void };
  /** Of the ideal time, how much it may take; or how many seconds more. */
  readonly bound: { readonly ratio: number } | { readonly lost: number };
}

const SIZE = 192 * 1024 * 1024;
/** Of the file, how much may come for a second time. */
const WASTED = 0.02;

const CASES: readonly Case[] = [
  { name: "100/100/100 Mbit/s", rates: [100, 100, 100], bound: { ratio: 1.05 } },
  { name: "100/50/10 Mbit/s", rates: [100, 50, 10], bound: { ratio: 1.05 } },
  { name: "100/100/1 Mbit/s", rates: [100, 100, 1], bound: { ratio: 1.05 } },
  {
    name: "100/100/100, one drops to 1 in the middle",
    rates: [100, 100, 100],
    change: { after: 3, rates: [100, 100, 1], act: (hosts) => hosts.limit(2, 1) },
    bound: { ratio: 1.05 },
  },
  {
    name: "100/100/100, one is frozen in the middle",
    rates: [100, 100, 100],
    change: { after: 3, rates: [100, 100, 0], act: (_hosts, farm) => farm.secondaries[2]?.process.kill("SIGSTOP") },
    bound: { lost: 1 },
  },
];

/** Sources of unequal rates, each behind its own link. */
export async function benchLinks(workspace: string, machine: string): Promise<BenchResult> {
  const { folders } = makeShares(workspace, "big.bin", SIZE);
  const data = join(workspace, "data");
  mkdirSync(data);
  const costs: Record<string, Cost[]> = {};
  const bounds: Bound[] = [];
  const hosts = Hosts.make(3);
  try {
    for (const one of CASES) {
      for (const [index, rate] of one.rates.entries()) hosts.limit(index, rate);
      const farm = await Farm.start(folders, data, { hosts });
      const output = join(memoryFolder(workspace, SIZE), "redes-bench.out");
      try {
        const { change } = one;
        const timer = change && setTimeout(() => change.act(hosts, farm), change.after * 1000);
        const { cost, out } = await runForOutput([...farm.get("big.bin", output), "--json"], workspace);
        clearTimeout(timer);
        costs[one.name] = [cost];
        const { duplicateBytes } = JSON.parse(out) as { duplicateBytes: number };
        const wasted = {
          what: `${one.name}: bytes that came twice / size`,
          value: duplicateBytes / SIZE,
          most: WASTED,
        };
        bounds.push(boundOf(one, cost.seconds), wasted);
      } finally {
        for (const { pid } of farm.secondaries) process.kill(pid, "SIGCONT");
        await farm.stop();
        rmSync(output, { force: true });
      }
    }
  } finally {
    hosts.remove();
  }
  return { bench: "links", machine, rows: rowsOf(costs), bounds };
}

/** Seconds if every link were full to the end. */
function idealOf({ rates, change }: Case): number {
  const sum = (all: readonly number[]) => all.reduce((total, rate) => total + rate, 0) * MEGABIT;
  if (!change) return SIZE / sum(rates);
  return change.after + (SIZE - change.after * sum(rates)) / sum(change.rates);
}

function boundOf(one: Case, seconds: number): Bound {
  const ideal = idealOf(one);
  if ("ratio" in one.bound) return { what: `${one.name}: time / ideal`, value: seconds / ideal, most: one.bound.ratio };
  return { what: `${one.name}: seconds lost`, value: seconds - ideal, most: one.bound.lost };
}
