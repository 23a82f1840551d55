import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeFile, memoryFolder } from "./files.ts";
import { type Cost, cpuOf, peakMemoryOf } from "./measure.ts";
import { Hosts } from "./namespaces.ts";
import { type BenchResult, type Bound, rowsOf } from "./table.ts";

const MIB = 1024 ** 2;
/** Megabits a second of each link, in each direction. */
const RATE = 200;
/** Secondaries, of which the first is full and the others are empty. */
const HOSTS = 6;
const MOST = 1.5;

interface Case {
  readonly name: string;
  readonly files: number;
  /** Bytes. */
  readonly size: number;
}

const CASES: readonly Case[] = [
  { name: "one file of 256 MiB", files: 1, size: 256 * MIB },
  { name: "20 files of 16 MiB", files: 20, size: 16 * MIB },
];

/** One full secondary and five empty ones, each behind its own link: the time until all are full. */
export async function benchSwarm(workspace: string, machine: string): Promise<BenchResult> {
  const costs: Record<string, Cost[]> = {};
  const bounds: Bound[] = [];
  const hosts = Hosts.make(HOSTS);
  try {
    for (let index = 0; index < HOSTS; index++) hosts.limit(index, RATE, true);
    for (const one of CASES) {
      const total = one.files * one.size;
      const place = mkdtempSync(join(memoryFolder(workspace, HOSTS * total), "redes-swarm-"));
      try {
        const { cost, sent } = await spread(one, place, hosts);
        costs[one.name] = [cost];
        const ideal = total / ((RATE * 1e6) / 8);
        bounds.push({ what: `${one.name}: time / that of one copy`, value: cost.seconds / ideal, most: MOST });
        process.stderr.write(`the full one sent ${(sent / total).toFixed(2)} copies\n`);
      } finally {
        rmSync(place, { recursive: true, force: true });
      }
    }
  } finally {
    hosts.remove();
  }
  return { bench: "swarm", machine, rows: rowsOf(costs), bounds };
}

/** Seconds from the moment when all are registered until all are full, and bytes that the full one sent. */
async function spread({ name, files, size }: Case, place: string, hosts: Hosts): Promise<{ cost: Cost; sent: number }> {
  const folders = Array.from({ length: HOSTS }, (_, index) => join(place, `share${index + 1}`));
  for (const folder of folders) mkdirSync(folder);
  for (let file = 0; file < files; file++) makeFile(join(folders[0] ?? "", `file${file}.bin`), size);
  const before = hosts.sent(0);
  const farm = await Farm.start(folders, place, hosts);
  const sent = hosts.sent(0) - before;
  const cpu = farm.secondaries.reduce((sum, { pid }) => sum + cpuOf(pid), 0);
  const memory = Math.max(...farm.secondaries.map(({ pid }) => peakMemoryOf(pid)));
  await farm.stop();
  const began = Math.max(...farm.central.times("secondary"));
  const full = Math.max(...farm.central.times("synchronized"));
  const each = farm.secondaries.slice(1).map((server) => Math.max(...server.times("copied")) - began);
  process.stderr.write(`${name}: full after ${each.map((time) => (time / 1000).toFixed(2)).join(", ")} s; `);
  return { cost: { seconds: (full - began) / 1000, cpu, memory }, sent };
}
