import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Farm } from "./farm.ts";
import { makeShares, warm } from "./files.ts";
import { type Cost, inTurn, median, run } from "./measure.ts";
import { type BenchResult, type Bound, rowsOf } from "./table.ts";
import { READER, type ReaderKind, WRITER, type WriterKind } from "./writer-kinds.ts";

const SIZE = 1024 ** 3;
const ROUNDS = 7;
/** Each way is worth at least a twentieth of time, CPU or memory. */
const MOST = 0.95;
const CLIENT = join(import.meta.dir, "writers-client.ts");

/** 1 GiB from three secondaries on loopback to a disk: with each way of writing a piece and of reading it, and without. */
export async function benchWriters(workspace: string, machine: string): Promise<BenchResult> {
  const { folders } = makeShares(workspace, "big.bin", SIZE);
  const output = join(workspace, "out.bin");
  const data = join(workspace, "data");
  mkdirSync(data, { recursive: true });
  const client = join(workspace, "writers-client");
  await run(
    [process.execPath, "build", "--compile", "--minify", "--bytecode", "--format=esm", "--outfile", client, CLIENT],
    resolve("."),
  );
  const farm = await Farm.start(folders, data);
  const [, ...args] = farm.get("big.bin", output);
  const way = (writer: WriterKind, reader: ReaderKind) => async () => {
    rmSync(output, { force: true });
    // What the one before has left to do for the disk is none of this one's time.
    await run(["sync"], workspace);
    warm(folders.map((folder) => join(folder, "big.bin")));
    return run(["env", `${WRITER}=${writer}`, `${READER}=${reader}`, client, ...args], workspace);
  };
  try {
    const costs = await inTurn(
      {
        asynchronous: way("asynchronous", "direct reader"),
        direct: way("direct", "direct reader"),
        buffered: way("buffered", "direct reader"),
        "asynchronous, event loop": way("asynchronous", "event loop"),
        "buffered, event loop": way("buffered", "event loop"),
      },
      ROUNDS,
    );
    const bounds = [
      worth("asynchronous writes", costs.asynchronous, costs.direct),
      worth("direct writes", costs.asynchronous, costs.buffered),
      worth("the direct reader", costs.asynchronous, costs["asynchronous, event loop"]),
      worth("the direct reader of buffered writes", costs.buffered, costs["buffered, event loop"]),
    ];
    return { bench: "writers", machine, rows: rowsOf(costs), bounds };
  } finally {
    await farm.stop();
    rmSync(output, { force: true });
  }
}

/** What something saves most of, as the median of the ratios of runs next to each other; all three are reported. */
function worth(what: string, having: readonly Cost[], lacking: readonly Cost[]): Bound {
  const ratio = (part: keyof Cost) =>
    median(having.map((cost, run) => cost[part] / (lacking[run]?.[part] ?? Number.NaN)));
  const ratios = { seconds: ratio("seconds"), cpu: ratio("cpu"), memory: ratio("memory") };
  const texts = Object.entries(ratios).map(([part, value]) => `${part} ${value.toFixed(2)}`);
  return {
    what: `with ${what} / without: ${texts.join(", ")}; the best`,
    value: Math.min(...Object.values(ratios)),
    most: MOST,
  };
}
