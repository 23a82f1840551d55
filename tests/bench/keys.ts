import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { EXECUTABLE, startCentral } from "./farm.ts";
import { Load } from "./load.ts";
import type { HandshakesReply, HandshakesRequest } from "./load-handshakes.ts";
import { type Cost, run, runForOutput } from "./measure.ts";
import { cpuOf, memoryOf } from "./proc.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const SESSIONS = 5000;
/** Milliseconds until a central listens. */
const START_MS = 30_000;

/** What keys cost where sessions begin: many short ones with a central, over TLS and without. */
export async function benchKeys(workspace: string, machine: string): Promise<BenchResult> {
  const costs = {
    [`${SESSIONS} new sessions, without keys`]: [await sessions(workspace, null)],
    [`${SESSIONS} new sessions, with keys`]: [await sessions(workspace, await makeClusterKey(workspace))],
  };
  const rows = rowsOf(costs);
  const eachSecond = Math.round(SESSIONS / (rows[1]?.cpu ?? Number.NaN));
  process.stderr.write(`handshakes for each second of a core of the central: ${eachSecond}\n`);
  return { bench: "keys", machine, rows, bounds: [] };
}

/** The key of a new cluster, in a file of this folder. */
export async function makeClusterKey(folder: string): Promise<string> {
  const path = join(folder, "cluster.key");
  await run([EXECUTABLE, "key", "new", path], folder);
  return path;
}

/** Files for HTTPS, all as PEM. */
export interface TlsFiles {
  /** A key and its certificate. */
  readonly own: string;
  /** By what that is known. */
  readonly authority: string;
}

/** A certificate for 127.0.0.1, from a new cluster key in this folder. */
export async function makeTlsFiles(folder: string): Promise<TlsFiles> {
  const key = ["--key-file", await makeClusterKey(folder)];
  const own = join(folder, "https.pem");
  const authority = join(folder, "ca.pem");
  await run([EXECUTABLE, "key", "https", "127.0.0.1", ...key, "--out", own], folder);
  const { out } = await runForOutput([EXECUTABLE, "key", "ca", ...key], folder);
  await Bun.write(authority, out);
  return { own, authority };
}

/** What many new sessions, one after the other has ended, cost a central. */
async function sessions(workspace: string, keyFile: string | null): Promise<Cost> {
  const data = mkdtempSync(join(workspace, "central-"));
  const { port, central } = await startCentral(1, data, keyFile === null ? [] : ["--key-file", keyFile]);
  await central.until("listening", START_MS);
  const load = Load.start<HandshakesRequest, HandshakesReply>("load-handshakes.ts");
  try {
    const before = cpuOf(central.pid);
    const { seconds } = await load.ask({ port, keyFile, count: SESSIONS });
    return { seconds, cpu: cpuOf(central.pid) - before, memory: memoryOf(central.pid) };
  } finally {
    await load.stop();
    await central.stop();
  }
}
