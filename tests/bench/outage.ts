import { copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { workFilesFor } from "../../src/transfer/sinks/work-files/work-files.ts";
import { same } from "../support/files.ts";
import { lastingPort } from "../support/port.ts";
import { EXECUTABLE, Program } from "../support/process.ts";
import { SlowProxy } from "../support/proxy.ts";
import { spawnChild } from "./children.ts";
import { makeFile, memoryFolder } from "./files.ts";
import { run } from "./measure.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const MIB = 1024 ** 2;
const SIZE = 48 * MIB;
const DOWNLOADS = 20;
const NUMBERS = [1, 2, 3] as const;
/** Bytes for each second of each connection: a download takes at least 16 s. */
const RATE = MIB;
/** Milliseconds that everything is away. */
const AWAY = 30_000;
/** Milliseconds between two checks of what has come. */
const LOOK = 20;
/** Milliseconds after which something is taken to never happen. */
const DEADLINE = 60_000;

interface Cluster {
  readonly workspace: string;
  readonly original: string;
  readonly centralPort: number;
  /** Before the secondaries, which listen at their targets. */
  readonly proxies: readonly SlowProxy[];
  servers: readonly Program[];
}

/** Twenty downloads with the usual timeout; all servers are killed in the middle, and come back 30 s later. */
export async function benchOutage(workspace: string, machine: string): Promise<BenchResult> {
  const target = memoryFolder(workspace, DOWNLOADS * SIZE);
  const outputs = Array.from({ length: DOWNLOADS }, (_, index) => join(target, `redes-bench-${process.pid}-${index}`));
  const cluster = prepare(workspace);
  try {
    await start(cluster);
    for (const proxy of cluster.proxies) proxy.rate = RATE;
    const command = client(cluster, "get", "big.bin", "--quiet");
    const costs = Promise.allSettled(outputs.map((output) => run([...command, "-o", output], workspace)));
    await until("all are in the middle", () => cluster.proxies.every(({ passed }) => passed >= 4 * MIB * DOWNLOADS));
    await Promise.all(cluster.servers.map((server) => server.kill()));
    await Bun.sleep(AWAY);
    const back = Date.now();
    await start(cluster);
    const moving = until("all go on", () => outputs.every((output) => written(output) > back));
    // One that has failed never does; how many have is told below.
    await Promise.race([moving, costs]).catch(() => {});
    const goOn = (Date.now() - back) / 1000;
    for (const proxy of cluster.proxies) proxy.rate = Number.POSITIVE_INFINITY;
    const ended = await costs;
    const right = await Promise.all(outputs.map((output) => same(cluster.original, output)));
    return {
      bench: "outage",
      machine,
      rows: rowsOf({
        [`${DOWNLOADS} downloads`]: ended.flatMap((one) => (one.status === "fulfilled" ? one.value : [])),
      }),
      bounds: [
        { what: "downloads that failed", value: ended.filter(({ status }) => status === "rejected").length, most: 0 },
        { what: "files with other bytes", value: right.filter((one) => !one).length, most: 0 },
        { what: "difference from one count each", value: Math.abs((await counted(cluster)) - DOWNLOADS), most: 0 },
        { what: "seconds from the restart until the last one goes on", value: goOn, most: 5 },
      ],
    };
  } finally {
    await Promise.all(cluster.servers.filter(({ alive }) => alive).map((server) => server.terminate()));
    for (const proxy of cluster.proxies) proxy.stop();
    for (const output of outputs) {
      const { part, journal } = workFilesFor(output);
      for (const path of [output, part, journal]) rmSync(path, { force: true });
    }
  }
}

/** Folders with the same file in each, and a slow way to each. */
function prepare(workspace: string): Cluster {
  const original = join(workspace, "big.bin");
  makeFile(original, SIZE);
  const proxies = NUMBERS.map((number) => {
    mkdirSync(join(workspace, `videos${number}`));
    copyFileSync(original, join(workspace, `videos${number}`, "big.bin"));
    const proxy = new SlowProxy();
    proxy.target = lastingPort();
    return proxy;
  });
  return { workspace, original, centralPort: lastingPort(), proxies, servers: [] };
}

/** Starts all servers, for the first time or again. Resolves when the central serves. */
async function start(cluster: Cluster): Promise<void> {
  const { workspace, centralPort, proxies } = cluster;
  const server = (name: string, ...args: string[]) => {
    return new Program({ name, args: [...args, "--log", "json"], cwd: workspace });
  };
  const central = server("central", "central", "--port", String(centralPort));
  const secondaries = proxies.map(({ port, target }, index) => {
    const number = String(index + 1);
    const places = ["--port", String(target), "--advertise", `127.0.0.1:${port}`];
    return server(`secondary ${number}`, "secondary", "-n", number, ...places, "--central-port", String(centralPort));
  });
  cluster.servers = [central, ...secondaries];
  await central.waitFor("synchronized");
}

function client({ centralPort }: Cluster, ...args: string[]): string[] {
  return [EXECUTABLE, "client", ...args, "--central-port", String(centralPort)];
}

/** How many downloads the central has counted. */
async function counted(cluster: Cluster): Promise<number> {
  const child = spawnChild(client(cluster, "status", "--json"), { stdin: "ignore", stdout: "pipe" });
  const { statistics } = (await new Response(child.stdout).json()) as {
    statistics: { files: Readonly<Record<string, number>> };
  };
  return statistics.files["big.bin"] ?? 0;
}

/** When a download was last written to, in milliseconds of the wall clock; 0 when it is not there. */
function written(output: string): number {
  const times = [output, workFilesFor(output).part].map(
    (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return Math.max(...times);
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + DEADLINE;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`it never came to this: ${what}`);
    await Bun.sleep(LOOK);
  }
}
