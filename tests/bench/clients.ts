import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeFile } from "./files.ts";
import { Load } from "./load.ts";
import type { DownloadsReply, DownloadsRequest } from "./load-downloads.ts";
import { type Cost, median } from "./measure.ts";
import { cpuOf, peakMemoryOf } from "./proc.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const NAME = "big.bin";
const SIZE = 64 * 1024 * 1024;
const PROCESSES = 4;
const CLIENTS = 50;
/** Downloads of one client alone: before, and after the many. */
const ALONE = 20;

type Downloads = Load<DownloadsRequest, DownloadsReply>;

/** Many clients download the same file at once, on the same machine as its three sources; every byte is compared. */
export async function benchClients(workspace: string, machine: string): Promise<BenchResult> {
  const folders = [1, 2, 3].map((number) => join(workspace, `share${number}`));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const [first = "", ...others] = folders;
  const reference = join(first, NAME);
  makeFile(reference, SIZE);
  for (const folder of others) copyFileSync(reference, join(folder, NAME));
  const data = join(workspace, "data");
  mkdirSync(data);
  const farm = await Farm.start(folders, data);
  const loads: Downloads[] = [];
  const begin = async (clients: number) => {
    const load: Downloads = Load.start("load-downloads.ts");
    loads.push(load);
    await load.ask({ kind: "connect", port: farm.port, clients, name: NAME, reference });
    return load;
  };
  try {
    const single = await begin(1);
    // A program that has just started is slower than one that runs.
    for (let round = 0; round < ALONE; round++) await single.ask({ kind: "download" });
    const before = await alone(single);
    const many = await Promise.all(Array.from({ length: PROCESSES }, () => begin(CLIENTS)));
    const servers = () => farm.secondaries.reduce((sum, { pid }) => sum + cpuOf(pid), 0);
    const drivers = () => many.reduce((sum, { pid }) => sum + cpuOf(pid), 0);
    const used = [drivers(), servers()] as const;
    const began = performance.now();
    const seconds = (await Promise.all(many.map((load) => load.ask({ kind: "download" })))).flat();
    const took = (performance.now() - began) / 1000;
    const cpu = [drivers() - used[0], servers() - used[1]] as const;
    const after = await alone(single);
    const one = median([...before, ...after].map((cost) => cost.seconds));
    const memory = Math.max(...farm.secondaries.map(({ pid }) => peakMemoryOf(pid)));
    const gib = (seconds.length * SIZE) / 1024 ** 3;
    process.stderr.write(
      `${seconds.length} downloads: fastest ${Math.min(...seconds).toFixed(2)} s, median ${median(seconds).toFixed(2)}, slowest ${Math.max(...seconds).toFixed(2)}; ` +
        `CPU seconds for each GiB: clients ${(cpu[0] / gib).toFixed(2)}, secondaries ${(cpu[1] / gib).toFixed(2)}; ` +
        `central ${Math.round(peakMemoryOf(farm.central.pid) / 1e6)} MB\n`,
    );
    const total: Cost = { seconds: took, cpu: cpu[0], memory };
    return {
      bench: "clients",
      machine,
      rows: rowsOf({ "one client": [...before, ...after], [`${seconds.length} clients at once`]: [total] }),
      bounds: [
        { what: "one client's throughput / that of all", value: took / seconds.length / one, most: 1 / 0.8 },
        { what: "slowest / median", value: Math.max(...seconds) / median(seconds), most: 1.5 },
        { what: "a secondary's memory, MB", value: memory / 1e6, most: 200 },
      ],
    };
  } finally {
    for (const load of loads) await load.stop();
    await farm.stop();
  }
}

/** What downloads of one client cost, one after another. */
async function alone(load: Downloads): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (let round = 0; round < ALONE; round++) {
    const used = cpuOf(load.pid);
    const [seconds = Number.NaN] = await load.ask({ kind: "download" });
    costs.push({ seconds, cpu: cpuOf(load.pid) - used, memory: peakMemoryOf(load.pid) });
  }
  return costs;
}
