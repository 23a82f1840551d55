import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeShares, memoryFolder, warm } from "./files.ts";
import { inTurn, run } from "./measure.ts";
import { freePort } from "./ports.ts";
import { ariaByAddress } from "./rivals.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const SIZE = 1024 ** 3;
const ROUNDS = 5;
const NAME = "big.bin";
/** Milliseconds between two questions for the metalink, and until it must be there: SHA-256 takes a core some seconds for each GiB. */
const ASKING = 500;
const DEADLINE = 300_000;

/** `aria2c` with nothing but the central's address, which gives it the metalink, against `client get`: the same secondaries, every piece verified. */
export async function benchMetalink(workspace: string, machine: string): Promise<BenchResult> {
  const root = join(memoryFolder(workspace, 5 * SIZE), `redes-bench-metalink-${process.pid}`);
  const target = join(root, "target");
  const data = join(workspace, "data");
  for (const folder of [target, data]) mkdirSync(folder, { recursive: true });
  const { folders } = makeShares(root, NAME, SIZE);
  const http = async () => ["--http", String(await freePort())];
  const central = await http();
  const flags = await Promise.all(folders.map(http));
  const farm = await Farm.start(folders, data, { flags, centralFlags: central });
  const url = `http://127.0.0.1:${central[1]}/files/${NAME}`;
  const fresh = (command: string[]) => async () => {
    rmSync(join(target, NAME), { force: true });
    warm(folders.map((folder) => join(folder, NAME)));
    return run(command, target);
  };
  try {
    await untilThere(`${url}.meta4`);
    const costs = await inTurn(
      {
        "redes client get": fresh(farm.get(NAME, join(target, NAME))),
        "aria2c, the central's address": fresh(ariaByAddress({ folder: target, name: NAME }, url)),
      },
      ROUNDS,
    );
    const rows = rowsOf(costs);
    const [redes, aria] = rows.map(({ seconds }) => seconds) as [number, number];
    const bounds = [{ what: "redes / aria2c by the central's metalink, seconds", value: redes / aria, most: 1 }];
    return { bench: "metalink", machine, rows, bounds };
  } finally {
    await farm.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Until the hashes that other programs know have been made. */
async function untilThere(url: string): Promise<void> {
  const end = performance.now() + DEADLINE;
  while (!(await fetch(url)).ok) {
    if (performance.now() > end) throw new Error(`${url} is not there after ${DEADLINE / 1000} s`);
    await Bun.sleep(ASKING);
  }
}
