import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeShares, memoryFolder, warm } from "./files.ts";
import { makeClusterKey } from "./keys.ts";
import { cpuOf, inTurn, peakMemoryOf, run } from "./measure.ts";
import { NginxFarm } from "./nginx.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const SIZE = 2 * GIB;
const ROUNDS = 5;
const BARE = join(import.meta.dir, "bare.ts");

/** 2 GiB from three servers on loopback, which have it in the page cache, to a disk; redes alone also syncs it. */
export function benchDownload(workspace: string, machine: string): Promise<BenchResult> {
  return measured("download", workspace, machine, workspace);
}

/** The same to a file system in memory. */
export function benchMemory(workspace: string, machine: string): Promise<BenchResult> {
  return measured("memory", workspace, machine, memoryFolder(workspace, SIZE));
}

async function measured(bench: string, workspace: string, machine: string, target: string): Promise<BenchResult> {
  const { folders, pieces } = makeShares(workspace, "big.bin", SIZE);
  const output = join(target, "redes-bench.out");
  const data = join(workspace, "data");
  mkdirSync(data, { recursive: true });
  const nginx = await NginxFarm.start(folders, workspace);
  const farm = await Farm.start(folders, data);
  const secured = await securedFarm(workspace);
  const urls = nginx.urls("big.bin");
  const metalink = join(workspace, "big.meta4");
  writeFileSync(metalink, metalinkOf(pieces, urls));
  const aria = ["aria2c", "-q", "--allow-overwrite=true", "--file-allocation=none", "--no-conf", "-d", target];
  const fresh = (command: string[]) => async () => {
    rmSync(output, { force: true });
    // What the one before has left to do for the disk is none of this one's time.
    await run(["sync"], workspace);
    warm([...folders, ...secured.folders].map((folder) => join(folder, "big.bin")));
    return run(command, workspace);
  };
  try {
    const costs = await inTurn(
      {
        redes: fresh(farm.get("big.bin", output)),
        "redes, with keys": fresh(secured.farm.get("big.bin", output)),
        "aria2c -s3 -x1": fresh([...aria, "-o", "redes-bench.out", "-s3", "-x1", "-k1M", ...urls]),
        "aria2c, Metalink hashes": fresh([...aria, "-s3", "-x1", "-k1M", "-M", metalink]),
        curl: fresh(["curl", "-s", "-o", output, urls[0] ?? ""]),
        "receiving and writing alone": fresh([process.execPath, BARE, output, String(SIZE), ...urls]),
      },
      ROUNDS,
    );
    const rows = rowsOf(costs);
    const [redes = Number.NaN, withKeys = Number.NaN, plain = 0, hashed = 0, curl = 0] = rows.map((row) => row.seconds);
    const served = farm.secondaries.reduce((sum, { pid }) => sum + cpuOf(pid), 0) / ((ROUNDS + 1) * (SIZE / GIB));
    const client = (rows[0]?.cpu ?? 0) / (SIZE / GIB);
    const secondaries = Math.max(...farm.secondaries.map(({ pid }) => peakMemoryOf(pid)));
    process.stderr.write(`CPU seconds for each GiB: client ${client.toFixed(2)}, secondaries ${served.toFixed(2)}; `);
    process.stderr.write(`a secondary's memory: ${Math.round(secondaries / 1e6)} MB\n`);
    return {
      bench,
      machine,
      rows,
      bounds: [
        { what: "redes / aria2c with Metalink hashes", value: redes / hashed, most: 0.3 },
        { what: "redes / aria2c unverified", value: redes / plain, most: 0.5 },
        { what: "redes / curl unverified", value: redes / curl, most: 1 },
        { what: "redes with keys / without", value: withKeys / redes, most: 1.25 },
        { what: "client's memory, MB", value: (rows[0]?.memory ?? 0) / 1e6, most: 150 },
        { what: "client's memory with keys, MB", value: (rows[1]?.memory ?? 0) / 1e6, most: 150 },
      ],
    };
  } finally {
    await farm.stop();
    await secured.farm.stop();
    await nginx.stop();
    rmSync(output, { force: true });
  }
}

/** The same farm with keys, over folders of its own. */
async function securedFarm(workspace: string): Promise<{ readonly farm: Farm; readonly folders: readonly string[] }> {
  const place = join(workspace, "secured");
  const data = join(place, "data");
  mkdirSync(data, { recursive: true });
  const { folders } = makeShares(place, "big.bin", SIZE);
  return { farm: await Farm.start(folders, data, { keyFile: await makeClusterKey(workspace) }), folders };
}

function metalinkOf(pieces: readonly string[], urls: readonly string[]): string {
  const hashes = pieces.map((hash) => `<hash>${hash}</hash>`).join("\n");
  const places = urls.map((url) => `<url>${url}</url>`).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="redes-bench.out"><size>${SIZE}</size>
<pieces length="${MIB}" type="sha-256">
${hashes}
</pieces>
${places}
</file></metalink>
`;
}
