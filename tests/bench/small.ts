import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnChild } from "./children.ts";
import { EXECUTABLE } from "./farm.ts";
import { type Cost, inTurn, run } from "./measure.ts";
import { freePort, untilListening } from "./ports.ts";
import { cpuOf, peakMemoryOf } from "./proc.ts";
import { Server } from "./server.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const FILES = 20_000;
const FILE_BYTES = 4096;
/** Files in each folder. */
const FOLDER = 200;
const ROUNDS = 3;
/** Milliseconds until a secondary must have told the central of all the files. */
const TIMEOUT_MS = 60_000;
const RIVAL = "rsync -a, daemon; sync";

/** 20,000 files of 4 KiB to an empty folder on the same machine, from nothing started to everything there. */
export async function benchSmall(workspace: string, machine: string): Promise<BenchResult> {
  const from = join(workspace, "full");
  makeFiles(from);
  const rsync = await startRsync(from, workspace);
  try {
    const costs = await inTurn(
      {
        redes: () => afresh(from, workspace, (to) => replicate(from, to, workspace)),
        [RIVAL]: () => afresh(from, workspace, (to) => run(rsyncAndSync(rsync.url, to), workspace)),
      },
      ROUNDS,
    );
    const rows = rowsOf(costs);
    const [redes, rival] = rows.map(({ seconds }) => seconds) as [number, number];
    const rate = (seconds: number) => `${Math.round(FILES / seconds)} files/s`;
    process.stderr.write(`redes ${rate(redes)}, rsync ${rate(rival)}\n`);
    const memory = Math.max(...costs.redes.map((cost) => cost.memory));
    return {
      bench: "small",
      machine,
      rows,
      bounds: [
        { what: "time / rsync and a sync", value: redes / rival, most: 1 },
        { what: "memory of the empty secondary at its peak, MB", value: memory / 1e6, most: 100 },
      ],
    };
  } finally {
    await rsync.server.stop();
  }
}

/** What redes has on the disk when it tells of it, rsync leaves to the system. */
function rsyncAndSync(url: string, to: string): string[] {
  return ["sh", "-c", `rsync -a "$1" "$2" && sync -f "$2"`, "sh", `${url}/`, to];
}

function makeFiles(folder: string): void {
  const bytes = new Uint8Array(FILE_BYTES);
  for (let index = 0; index < FILES; index++) {
    const home = join(folder, `folder ${Math.floor(index / FOLDER)}`);
    if (index % FOLDER === 0) mkdirSync(home, { recursive: true });
    writeFileSync(join(home, `file ${index}.bin`), crypto.getRandomValues(bytes));
  }
}

/**
 * Runs `copy` with an empty target and nothing waiting to be written to the disk, and compares the two folders. Nothing
 * is removed between two runs: file systems search long for a place where many files were removed just before.
 */
async function afresh(from: string, workspace: string, copy: (to: string) => Promise<Cost>): Promise<Cost> {
  const to = mkdtempSync(join(workspace, "empty-"));
  await run(["sync"], from);
  const cost = await copy(to);
  await run(["diff", "-r", "-x", ".redes", from, to], from);
  return cost;
}

/** Seconds and CPU from the start of the empty secondary until the central has heard of every file in it. */
async function replicate(from: string, to: string, workspace: string): Promise<Cost> {
  const port = String(await freePort());
  const fresh = mkdtempSync(join(workspace, "data-"));
  const start = (...args: string[]) => Server.start([EXECUTABLE, ...args, "--log", "json"], workspace);
  const central = start("central", "--port", port, "--secondaries", "2", "--data", fresh);
  const servers = [central];
  const secondary = (number: string, folder: string, data: string): Server => {
    const args = ["-n", number, "--port", "0", "--central-port", port, "--dir", folder, "--data", data];
    const server = start("secondary", ...args);
    servers.push(server);
    return server;
  };
  try {
    await untilListening(Number(port));
    secondary("1", from, workspace);
    await untilInStep(port);
    const began = performance.now();
    const empty = secondary("2", to, fresh);
    await central.until("synchronized", TIMEOUT_MS);
    const seconds = (performance.now() - began) / 1000;
    const all = servers.map(({ pid }) => cpuOf(pid).toFixed(2)).join(", ");
    process.stderr.write(`CPU seconds of the central, the full and the empty secondary: ${all}\n`);
    return { seconds, cpu: cpuOf(empty.pid), memory: peakMemoryOf(empty.pid) };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Resolves once the central knows all the files of the one secondary that there is. */
async function untilInStep(port: string): Promise<void> {
  const until = performance.now() + TIMEOUT_MS;
  while (performance.now() < until) {
    const client = spawnChild([EXECUTABLE, "client", "status", "--json", "--central-port", port], { stderr: "ignore" });
    const text = await new Response(client.stdout).text();
    const [one] = text === "" ? [] : JSON.parse(text).secondaries;
    if (one?.state === "in step" && one.files === FILES) return;
    await Bun.sleep(100);
  }
  throw new Error(`secondary 1 has not told the central of its ${FILES} files`);
}

async function startRsync(folder: string, workspace: string): Promise<{ server: Server; url: string }> {
  const port = await freePort();
  const config = join(workspace, "rsyncd.conf");
  writeFileSync(config, `use chroot = no\nport = ${port}\naddress = 127.0.0.1\n[full]\npath = ${folder}\n`);
  const command = ["rsync", "--daemon", "--no-detach", `--config=${config}`, `--log-file=${workspace}/rsync.log`];
  const server = Server.start(command, workspace);
  await untilListening(port);
  return { server, url: `rsync://127.0.0.1:${port}/full` };
}
