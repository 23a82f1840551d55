import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeShares, memoryFolder, warm } from "./files.ts";
import { comparedWithFloor, FLOOR, Floor } from "./floor.ts";
import { makeClusterKey } from "./keys.ts";
import { inTurn, run } from "./measure.ts";
import { NginxFarm } from "./nginx.ts";
import { cpuOf, peakMemoryOf } from "./proc.ts";
import { ariaCommand, hashedAriaCommand, lftpCommand, present } from "./rivals.ts";
import { type BenchResult, type Bound, type Row, rowsOf } from "./table.ts";

const GIB = 1024 ** 3;
const SIZE = 2 * GIB;
const ROUNDS = 5;
const LFTP = "lftp pget -n 3, unverified";
const OUTPUT = "redes-bench.out";
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
  const output = join(target, OUTPUT);
  const data = join(workspace, "data");
  mkdirSync(data, { recursive: true });
  const nginx = await NginxFarm.start(folders, workspace);
  const farm = await Farm.start(folders, data);
  const secured = await securedFarm(workspace);
  // What the processors do without a disk is compared where there is none.
  const files = secured.folders.map((folder) => join(folder, "big.bin"));
  const floor = bench === "memory" ? await Floor.start(files, workspace) : null;
  const urls = nginx.urls("big.bin");
  const mirrored = { size: SIZE, pieces, urls };
  const place = { folder: target, name: OUTPUT };
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
        "aria2c -s3 -x1": fresh(ariaCommand(place, mirrored)),
        "aria2c, Metalink hashes": fresh(hashedAriaCommand(place, mirrored, join(workspace, "big.meta4"))),
        curl: fresh(["curl", "-s", "-o", output, urls[0] ?? ""]),
        "receiving and writing alone": fresh([process.execPath, BARE, output, String(SIZE), ...urls]),
        ...(floor && { [FLOOR.plain]: fresh(floor.command("plain", output, SIZE)) }),
        ...(floor && { [FLOOR.tls]: fresh(floor.command("tls", output, SIZE)) }),
        ...present(bench, { [LFTP]: { program: "lftp", contestant: fresh(lftpCommand(place, mirrored)) } }),
      },
      ROUNDS,
    );
    const rows = rowsOf(costs);
    tellServed(farm, rows);
    process.stderr.write(comparedWithFloor(rows) ?? "");
    return { bench, machine, rows, bounds: boundsOf(bench, rows) };
  } finally {
    await farm.stop();
    await secured.farm.stop();
    await nginx.stop();
    await floor?.stop();
    rmSync(output, { force: true });
  }
}

/** What the rows do not say: the share of the secondaries. */
function tellServed({ secondaries }: Farm, [redes]: readonly Row[]): void {
  const served = secondaries.reduce((sum, { pid }) => sum + cpuOf(pid), 0) / ((ROUNDS + 1) * (SIZE / GIB));
  const client = (redes?.cpu ?? 0) / (SIZE / GIB);
  const memory = Math.max(...secondaries.map(({ pid }) => peakMemoryOf(pid)));
  process.stderr.write(`CPU seconds for each GiB: client ${client.toFixed(2)}, secondaries ${served.toFixed(2)}; `);
  process.stderr.write(`a secondary's memory: ${Math.round(memory / 1e6)} MB\n`);
}

function boundsOf(bench: string, rows: readonly Row[]): Bound[] {
  const [redes = Number.NaN, withKeys = Number.NaN, plain = 0, hashed = 0, curl = 0] = rows.map((row) => row.seconds);
  const lftp = rows.find(({ name }) => name === LFTP)?.seconds ?? null;
  return [
    { what: "redes / aria2c with Metalink hashes", value: redes / hashed, most: 0.3 },
    { what: "redes / aria2c unverified", value: redes / plain, most: 0.5 },
    { what: "redes / curl unverified", value: redes / curl, most: 1 },
    ...(bench === "memory" ? boundsInMemory(rows[0], lftp) : []),
    { what: "redes with keys / without", value: withKeys / redes, most: 1.25 },
    { what: "client's memory, MB", value: (rows[0]?.memory ?? 0) / 1e6, most: 150 },
    { what: "client's memory with keys, MB", value: (rows[1]?.memory ?? 0) / 1e6, most: 150 },
  ];
}

/** The same farm with keys, over folders of its own. */
async function securedFarm(workspace: string): Promise<{ readonly farm: Farm; readonly folders: readonly string[] }> {
  const place = join(workspace, "secured");
  const data = join(place, "data");
  mkdirSync(data, { recursive: true });
  const { folders } = makeShares(place, "big.bin", SIZE);
  return { farm: await Farm.start(folders, data, { keyFile: await makeClusterKey(workspace) }), folders };
}

/** No disk holds anybody up there, and nobody syncs. `lftp`: its seconds; null: it is not there. */
function boundsInMemory(redes: Row | undefined, lftp: number | null): Bound[] {
  const { seconds = Number.NaN, cpu = Number.NaN } = redes ?? {};
  const processor = { what: "client's CPU seconds", value: cpu, most: 2 };
  return lftp === null ? [processor] : [processor, { what: "redes / lftp unverified", value: seconds / lftp, most: 1 }];
}
