import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeFile, memoryFolder } from "./files.ts";
import { makeClusterKey } from "./keys.ts";
import type { Cost } from "./measure.ts";
import { Hosts } from "./namespaces.ts";
import { cpuOf, peakMemoryOf } from "./proc.ts";
import { type BenchResult, type Bound, rowsOf } from "./table.ts";

const MIB = 1024 ** 2;
/** Megabits a second of each link, in each direction. */
const RATE = 200;
/** Secondaries, of which the first is full and the others are empty. */
const HOSTS = 6;
const MOST = 1.5;
const MOST_WITH_KEYS = 1.25;

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
  const keyFile = await makeClusterKey(workspace);
  const hosts = Hosts.make(HOSTS);
  try {
    for (let index = 0; index < HOSTS; index++) hosts.limit(index, RATE, true);
    for (const one of CASES) {
      const total = one.files * one.size;
      const { cost, sent } = await spreadOnce(one, workspace, hosts, null);
      const secured = await spreadOnce(one, workspace, hosts, keyFile);
      costs[one.name] = [cost];
      costs[`${one.name}, with keys`] = [secured.cost];
      const ideal = total / ((RATE * 1e6) / 8);
      bounds.push(
        { what: `${one.name}: time / that of one copy`, value: cost.seconds / ideal, most: MOST },
        {
          what: `${one.name}: time with keys / without`,
          value: secured.cost.seconds / cost.seconds,
          most: MOST_WITH_KEYS,
        },
      );
      process.stderr.write(`the full one sent ${(sent / total).toFixed(2)} copies\n`);
    }
  } finally {
    hosts.remove();
  }
  return { bench: "swarm", machine, rows: rowsOf(costs), bounds };
}

/** In a folder of its own, which is removed afterwards. */
async function spreadOnce(
  one: Case,
  workspace: string,
  hosts: Hosts,
  keyFile: string | null,
): ReturnType<typeof spread> {
  const place = mkdtempSync(join(memoryFolder(workspace, HOSTS * one.files * one.size), "redes-swarm-"));
  try {
    return await spread(one, place, hosts, keyFile);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Seconds from the moment when all are registered until all are full, and bytes that the full one sent. */
async function spread(
  { name, files, size }: Case,
  place: string,
  hosts: Hosts,
  keyFile: string | null,
): Promise<{ cost: Cost; sent: number }> {
  const folders = Array.from({ length: HOSTS }, (_, index) => join(place, `share${index + 1}`));
  for (const folder of folders) mkdirSync(folder);
  for (let file = 0; file < files; file++) makeFile(join(folders[0] ?? "", `file${file}.bin`), size);
  const before = hosts.sent(0);
  const farm = await Farm.start(folders, place, { hosts, keyFile });
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
