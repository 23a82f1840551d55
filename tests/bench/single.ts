import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeFile, warm } from "./files.ts";
import { type Cost, inTurn, run } from "./measure.ts";
import { NginxFarm } from "./nginx.ts";
import { hashedAriaCommand } from "./rivals.ts";
import { type BenchResult, type Bound, rowsOf } from "./table.ts";

const MIB = 1024 ** 2;
/** Sizes of the files, in MiB. */
const SIZES = [1, 8, 32, 128];
const ROUNDS = 11;
const OUTPUT = "redes-bench.out";

/** One file alone, small enough that beginning and ending count; redes alone also syncs it. */
export async function benchSingle(workspace: string, machine: string): Promise<BenchResult> {
  const folders = [1, 2, 3].map((number) => join(workspace, `share${number}`));
  const [first = "", ...others] = folders;
  for (const folder of [...folders, join(workspace, "data")]) mkdirSync(folder);
  const pieces = new Map(SIZES.map((size) => [size, makeFile(join(first, nameOf(size)), size * MIB)]));
  for (const folder of others) await run(["cp", "-r", `${first}/.`, folder], workspace);
  const nginx = await NginxFarm.start(folders, workspace);
  const farm = await Farm.start(folders, join(workspace, "data"));
  const fresh = (size: number, command: string[]) => async () => {
    rmSync(join(workspace, OUTPUT), { force: true });
    await run(["sync"], workspace);
    warm(folders.map((folder) => join(folder, nameOf(size))));
    return run(command, workspace);
  };
  const contestants: Record<string, () => Promise<Cost>> = {};
  for (const size of SIZES) {
    const mirrored = { size: size * MIB, pieces: pieces.get(size) ?? [], urls: nginx.urls(nameOf(size)) };
    const target = { folder: workspace, name: OUTPUT };
    const metalink = join(workspace, `${nameOf(size)}.meta4`);
    contestants[`redes, ${size} MiB`] = fresh(size, farm.get(nameOf(size), join(workspace, OUTPUT)));
    contestants[`aria2c, ${size} MiB`] = fresh(size, hashedAriaCommand(target, mirrored, metalink));
  }
  try {
    const rows = rowsOf(await inTurn(contestants, ROUNDS));
    const bounds = SIZES.flatMap((size): Bound[] => {
      const [redes, aria] = ["redes", "aria2c"].map((name) => rows.find((row) => row.name === `${name}, ${size} MiB`));
      if (!redes || !aria) return [];
      return [
        { what: `${size} MiB: redes / aria2c with hashes, seconds`, value: redes.seconds / aria.seconds, most: 1 },
        { what: `${size} MiB: redes / aria2c with hashes, CPU`, value: redes.cpu / aria.cpu, most: 1.2 },
      ];
    });
    return { bench: "single", machine, rows, bounds };
  } finally {
    await farm.stop();
    await nginx.stop();
  }
}

function nameOf(size: number): string {
  return `${size}.bin`;
}
