import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EXECUTABLE, Farm } from "./farm.ts";
import { makeShares, memoryFolder, warm } from "./files.ts";
import { Load } from "./load.ts";
import type { HandshakesReply, HandshakesRequest } from "./load-handshakes.ts";
import { type Cost, cpuOf, inTurn, memoryOf, run } from "./measure.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const SIZE = 1024 ** 3;
const ROUNDS = 5;
const HANDSHAKES = 5000;

/** What keys cost: 1 GiB from three secondaries to a file system in memory, over TLS and without; and new sessions. */
export async function benchKeys(workspace: string, machine: string): Promise<BenchResult> {
  const keyFile = await makeClusterKey(workspace);
  const output = join(memoryFolder(workspace, SIZE), "redes-bench.out");
  const stops: (() => Promise<void>)[] = [];
  const farm = async (name: string, key: string | null) => {
    const place = join(workspace, name);
    const data = join(place, "data");
    mkdirSync(data, { recursive: true });
    const { folders } = makeShares(place, "big.bin", SIZE);
    const started = await Farm.start(folders, data, { keyFile: key });
    stops.push(() => started.stop());
    const download = () => {
      rmSync(output, { force: true });
      warm(folders.map((folder) => join(folder, "big.bin")));
      return run(started.get("big.bin", output), workspace);
    };
    return { download, port: started.port, central: started.central };
  };
  try {
    const [plain, secured] = [await farm("plain", null), await farm("secured", keyFile)];
    const downloads = await inTurn({ "without keys": plain.download, "with keys": secured.download }, ROUNDS);
    const costs: Record<string, Cost[]> = { ...downloads };
    for (const [name, key, { port, central }] of [
      ["without keys", null, plain],
      ["with keys", keyFile, secured],
    ] as const) {
      costs[`${HANDSHAKES} new sessions, ${name}`] = [await handshakes(port, key, central.pid)];
    }
    const rows = rowsOf(costs);
    const [without, withKeys, , sessions] = rows;
    const eachSecond = Math.round(HANDSHAKES / (sessions?.cpu ?? Number.NaN));
    process.stderr.write(`handshakes for each second of a core of the central: ${eachSecond}\n`);
    return {
      bench: "keys",
      machine,
      rows,
      bounds: [
        { what: "with keys / without", value: (withKeys?.seconds ?? Number.NaN) / (without?.seconds ?? 0), most: 1.25 },
        { what: "client's memory with keys, MB", value: (withKeys?.memory ?? Number.NaN) / 1e6, most: 150 },
      ],
    };
  } finally {
    for (const stop of stops) await stop();
    rmSync(output, { force: true });
  }
}

/** The key of a new cluster, in a file of this folder. */
export async function makeClusterKey(folder: string): Promise<string> {
  const path = join(folder, "cluster.key");
  await run([EXECUTABLE, "key", "new", path], folder);
  return path;
}

/** What many new sessions, one after the other has ended, cost a central. */
async function handshakes(port: number, keyFile: string | null, central: number): Promise<Cost> {
  const load = Load.start<HandshakesRequest, HandshakesReply>("load-handshakes.ts");
  try {
    const before = cpuOf(central);
    const { seconds } = await load.ask({ port, keyFile, count: HANDSHAKES });
    return { seconds, cpu: cpuOf(central) - before, memory: memoryOf(central) };
  } finally {
    await load.stop();
  }
}
