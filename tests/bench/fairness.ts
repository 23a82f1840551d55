import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { spawnChild } from "./children.ts";
import { EXECUTABLE, Farm } from "./farm.ts";
import { makeFile } from "./files.ts";
import type { Cost } from "./measure.ts";
import { Hosts } from "./namespaces.ts";
import { cpuOf, peakMemoryOf } from "./proc.ts";
import { Server } from "./server.ts";
import { type BenchResult, type Bound, rowsOf } from "./table.ts";

const MIB = 1024 ** 2;
const NAME = "big.bin";
const SIZE = 1024 * MIB;
/** Megabits a second of the link that all share. */
const RATE = 100;
const CLIENTS = 10;
/** As nearly everywhere. */
const PACKET_BYTES = 1500;
/**
 * Seconds until rates have settled, and for which they are measured: a secondary needs some to see who is in whose way, and
 * TCP some to take what others leave.
 */
const [SETTLING, MEASURING] = [20, 15];
/** What one client may have of another's share. */
const MOST_APART = 1.3;
/** What a copy may have of a client's share, and what it has at least. */
const [MOST_OF_COPY, LEAST_OF_COPY] = [0.5, 0.005];

/** Many clients on one link have the same of it, and copies to other secondaries less. */
export async function benchFairness(workspace: string, machine: string): Promise<BenchResult> {
  const folder = join(workspace, "share1");
  for (const made of [folder, join(workspace, "data"), join(workspace, "share2")]) mkdirSync(made);
  makeFile(join(folder, NAME), SIZE);
  const costs: Record<string, Cost[]> = {};
  const bounds: Bound[] = [];
  const hosts = Hosts.make(2, PACKET_BYTES);
  try {
    hosts.limit(0, RATE);
    for (const [name, flags] of [
      [`${CLIENTS} clients on one link`, []],
      [`${CLIENTS} clients of a secondary with a limit`, ["--upload-limit", "8M"]],
    ] as const) {
      const { cost, shares } = await share(folder, workspace, hosts, flags, null);
      costs[name] = [cost];
      tell(name, shares);
      const all = [...shares.values()];
      if (all.length < CLIENTS) throw new Error(`${all.length} of ${CLIENTS} clients received anything`);
      bounds.push({ what: `${name}: most / least`, value: Math.max(...all) / Math.min(...all), most: MOST_APART });
    }
    const name = `a copy beside ${CLIENTS} clients`;
    const { cost, shares } = await share(folder, workspace, hosts, [], join(workspace, "share2"));
    costs[name] = [cost];
    tell(name, shares);
    bounds.push(...boundsOfCopy(name, shares, hosts.inside(1)));
  } finally {
    hosts.remove();
  }
  return { bench: "fairness", machine, rows: rowsOf(costs), bounds };
}

function boundsOfCopy(name: string, shares: ReadonlyMap<string, number>, copier: string): Bound[] {
  let copied = 0;
  const clients: number[] = [];
  for (const [peer, bytes] of shares) {
    if (peer.includes(copier)) copied += bytes;
    else clients.push(bytes);
  }
  const mean = clients.reduce((sum, bytes) => sum + bytes, 0) / clients.length;
  return [
    { what: `${name}: the copy / a client`, value: copied / mean, most: MOST_OF_COPY },
    { what: `${name}: least that the copy must have / what it has`, value: LEAST_OF_COPY / (copied / mean), most: 1 },
  ];
}

/** What each connection of the secondary has delivered in some seconds, in bytes, by the other end; `copy`: the folder of one that copies. */
async function share(
  folder: string,
  workspace: string,
  hosts: Hosts,
  flags: readonly string[],
  copy: string | null,
): Promise<{ cost: Cost; shares: ReadonlyMap<string, number> }> {
  const data = join(workspace, "data");
  const farm = await Farm.start([folder], data, { hosts, flags: [flags] });
  const copier = copy === null ? null : startCopier(farm, hosts, copy, data);
  const clients = Array.from({ length: CLIENTS }, () =>
    spawnChild(farm.get(NAME, "-"), { stdin: "ignore", stdout: "ignore", stderr: "ignore" }),
  );
  const pid = farm.secondaries[0]?.pid ?? 0;
  try {
    await Bun.sleep(1000 * SETTLING);
    const [before, cpu] = [delivered(hosts), cpuOf(pid)];
    await Bun.sleep(1000 * MEASURING);
    const after = delivered(hosts);
    const shares = new Map([...after].map(([peer, bytes]) => [peer, bytes - (before.get(peer) ?? 0)]));
    // Connections that carry no file are those to the central.
    for (const [peer, bytes] of shares) if (bytes < 4096) shares.delete(peer);
    return { cost: { seconds: MEASURING, cpu: cpuOf(pid) - cpu, memory: peakMemoryOf(pid) }, shares };
  } finally {
    for (const client of clients) client.kill();
    await Promise.all(clients.map(({ exited }) => exited));
    await copier?.stop();
    await farm.stop();
  }
}

function startCopier({ port }: Farm, hosts: Hosts, folder: string, data: string): Server {
  const where = ["--central-ip", hosts.outside(1), "--central-port", String(port), "--ip", "0.0.0.0", "--open"];
  const own = ["-n", "2", "--port", "0", "--dir", folder, "--data", data, "--log", "json"];
  return Server.start(hosts.on(1, [EXECUTABLE, "secondary", ...own, ...where]), join(EXECUTABLE, ".."));
}

/** Bytes that the other ends of all connections of the first host have confirmed, by their addresses. */
function delivered(hosts: Hosts): Map<string, number> {
  const [command = "", ...args] = hosts.on(0, ["ss", "-tinH", "state", "established"]);
  const { stdout } = spawnSync(command, args, { encoding: "utf8" });
  const found = stdout.matchAll(/^\d+ +\d+ +\S+ +(\S+).*\n.*?\bbytes_acked:(\d+)/gm);
  return new Map([...found].map(([, peer = "", bytes]) => [peer, Number(bytes)]));
}

function tell(name: string, shares: ReadonlyMap<string, number>): void {
  const rates = [...shares].map(([peer, bytes]) => `${peer} ${(bytes / MEASURING / MIB).toFixed(2)}`);
  process.stderr.write(`${name}, MiB/s: ${rates.join(", ")}\n`);
}
