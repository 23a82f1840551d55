import { linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FarLines } from "./far-lines.ts";
import { Farm } from "./farm.ts";
import { makeFile, memoryFolder } from "./files.ts";
import { type Cost, inTurn, run } from "./measure.ts";
import { NginxFarm } from "./nginx.ts";
import { freePort } from "./ports.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const SIZE = 2 * 1024 ** 3;
const SOURCES = 3;
/** Milliseconds there; a round trip takes twice as long. */
const DELAY = 25;
const MEGABITS = 1000;
const ROUNDS = 3;
/** Of the time that full lines take: nine tenths of what they carry are to be used. */
const MOST = 1.111;

/** 2 GiB from three sources 50 ms away, each behind a line of 1 Gbit/s. */
export async function benchLatency(workspace: string, machine: string): Promise<BenchResult> {
  const folders = Array.from({ length: SOURCES }, (_, index) => join(workspace, `share${index + 1}`));
  for (const folder of folders) mkdirSync(folder);
  const original = join(workspace, "big.bin");
  makeFile(original, SIZE);
  for (const folder of folders) linkSync(original, join(folder, "big.bin"));
  const data = join(workspace, "data");
  mkdirSync(data);
  const output = join(memoryFolder(workspace, SIZE), `redes-bench-${process.pid}`);
  const stops: (() => Promise<void>)[] = [];
  try {
    const nginx = await NginxFarm.start(folders, workspace);
    stops.push(() => nginx.stop());
    const targets: number[] = [];
    for (const _ of folders) targets.push(await freePort());
    const lines = await FarLines.start([...nginx.ports, ...targets], DELAY, MEGABITS);
    stops.push(() => lines.stop());
    const farm = await Farm.start(folders, data, { lines: lines.lines.slice(SOURCES) });
    stops.push(() => farm.stop());
    const urls = lines.lines.slice(0, SOURCES).map(({ port }) => `http://127.0.0.1:${port}/big.bin`);
    const fresh = (command: string[]) => async (): Promise<Cost> => {
      const outputs = [output, ...urls.map((_, index) => `${output}.${index}`)];
      for (const path of outputs) rmSync(path, { force: true });
      const cost = await run(command, workspace);
      for (const path of outputs) rmSync(path, { force: true });
      return cost;
    };
    const costs = await inTurn(
      {
        redes: fresh(farm.get("big.bin", output)),
        "redes, in order": fresh(["sh", "-c", `${farm.get("big.bin", "-").join(" ")} > ${output}`]),
        "curl, a third from each": fresh(thirds(urls, output)),
      },
      ROUNDS,
    );
    const rows = rowsOf(costs);
    const ideal = SIZE / ((SOURCES * MEGABITS * 1e6) / 8);
    const [redes, ordered, curl] = rows.map(({ seconds }) => seconds) as [number, number, number];
    const memory = Math.max(...rows.slice(0, 2).map(({ memory }) => memory));
    return {
      bench: "latency",
      machine,
      rows,
      bounds: [
        { what: "curl / ideal", value: curl / ideal, most: MOST },
        { what: "redes / ideal", value: redes / ideal, most: MOST },
        { what: "redes / curl", value: redes / curl, most: MOST },
        { what: "redes, in order / curl", value: ordered / curl, most: MOST },
        { what: "client's memory, MB", value: memory / 1e6, most: 150 },
      ],
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(output, { force: true });
  }
}

/** What the lines really give: a plain stream of a third of the file over each. */
function thirds(urls: readonly string[], output: string): string[] {
  const part = Math.ceil(SIZE / urls.length);
  const curls = urls.map((url, index) => {
    return `curl -sS -r ${index * part}-${Math.min(SIZE, (index + 1) * part) - 1} -o ${output}.${index} ${url}`;
  });
  return ["sh", "-c", `${curls.join(" & ")} & wait`];
}
