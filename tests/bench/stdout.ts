import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeShares, memoryFolder } from "./files.ts";
import { type Cost, inTurn, median, run } from "./measure.ts";
import { watchPeakMemory } from "./peak-memory.ts";
import { Pipe } from "./pipe.ts";
import { peakMemoryOf } from "./proc.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const SIZE = 2 * GIB;
const ROUNDS = 5;
const STARTS = 9;
/** Bytes after which the reader stops reading, and seconds for which it does. */
const TASTE = 256 * MIB;
const REST = 5;
/** Seconds in which what was asked for already may still come. */
const SETTLE = 1;

/** A file in order into a pipe: the first byte, the rate, and what a reader costs who stops reading. */
export async function benchStdout(workspace: string, machine: string): Promise<BenchResult> {
  const { folders } = makeShares(workspace, "big.bin", SIZE);
  const data = join(workspace, "data");
  mkdirSync(data);
  const output = join(memoryFolder(workspace, SIZE), "redes-bench.out");
  const farm = await Farm.start(folders, data);
  try {
    const wait = await firstByte(farm, workspace);
    const costs = await inTurn(
      {
        "into a file": () => {
          rmSync(output, { force: true });
          return run(farm.get("big.bin", output), workspace);
        },
        "into a pipe": () => drain(farm, workspace),
      },
      ROUNDS,
    );
    const rows = rowsOf(costs);
    const [file, pipe] = rows.map(({ seconds }) => seconds) as [number, number];
    const rest = await resting(farm, workspace);
    return {
      bench: "stdout",
      machine,
      rows,
      bounds: [
        { what: "first byte, ms after the request", value: wait, most: 100 },
        { what: "pipe / file, seconds", value: pipe / file, most: 1.25 },
        { what: "client's memory, reader that reads, MB", value: (rows[1]?.memory ?? 0) / 1e6, most: 150 },
        { what: "client's memory, reader that rests, MB", value: rest.memory / 1e6, most: 150 },
        { what: "growth of its memory during the rest, MB", value: rest.growth / 1e6, most: 1 },
        { what: "sent ahead of a resting reader, MiB", value: rest.ahead / MIB, most: 64 + 32 },
        { what: `sent in ${REST} s of rest, bytes (heartbeats)`, value: rest.sent, most: 4096 },
      ],
    };
  } finally {
    await farm.stop();
    rmSync(output, { force: true });
  }
}

/**
 * Milliseconds from the request to the first byte: from the start of `get`, less what `list` needs from its start to its
 * answer, which is the same start, session and one question.
 */
async function firstByte(farm: Farm, workspace: string): Promise<number> {
  const lists: number[] = [];
  const gets: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    lists.push(await sinceStart(farm.client("list", "--json"), workspace));
    gets.push(await sinceStart(farm.get("big.bin", "-"), workspace));
  }
  process.stderr.write(`from its start: list ${median(lists).toFixed(0)} ms, get ${median(gets).toFixed(0)} ms\n`);
  return median(gets) - median(lists);
}

async function sinceStart(command: readonly string[], workspace: string): Promise<number> {
  const pipe = await Pipe.from(command, workspace);
  await pipe.read(1);
  const passed = performance.now() - pipe.began;
  await pipe.abandon();
  return passed;
}

/** Reads as fast as it can. */
async function drain(farm: Farm, workspace: string): Promise<Cost> {
  const pipe = await Pipe.from(farm.get("big.bin", "-"), workspace);
  const memory = watchPeakMemory(pipe.child);
  await pipe.finish();
  const seconds = (performance.now() - pipe.began) / 1000;
  if (pipe.taken !== SIZE) throw new Error(`${pipe.taken} bytes came of ${SIZE}`);
  const usage = pipe.child.resourceUsage();
  return { seconds, cpu: Number(usage?.cpuTime.total ?? 0) / 1e6, memory: memory() };
}

interface Rest {
  /** Bytes of memory at the peak, and by which that rose while nothing was read. */
  readonly memory: number;
  readonly growth: number;
  /** Bytes that the secondaries had sent beyond what was read, and that they sent during the rest. */
  readonly ahead: number;
  readonly sent: number;
}

/** Reads a part, then nothing for some seconds, then the rest. */
async function resting(farm: Farm, workspace: string): Promise<Rest> {
  const pipe = await Pipe.from(farm.get("big.bin", "-"), workspace);
  const peakMemory = watchPeakMemory(pipe.child);
  await pipe.read(TASTE);
  await Bun.sleep(SETTLE * 1000);
  const before = { memory: peakMemoryOf(pipe.child.pid), sent: sentBy(farm) };
  await Bun.sleep(REST * 1000);
  const after = { memory: peakMemoryOf(pipe.child.pid), sent: sentBy(farm) };
  await pipe.finish();
  return {
    memory: peakMemory(),
    growth: after.memory - before.memory,
    ahead: before.sent - TASTE,
    sent: after.sent - before.sent,
  };
}

/** Bytes that the secondaries have sent over the connections that they have now. */
function sentBy(farm: Farm): number {
  const lines = Bun.spawnSync(["ss", "-tinpHO"]).stdout.toString().split("\n");
  const pids = farm.secondaries.map(({ pid }) => `pid=${pid},`);
  const mine = lines.filter((line) => pids.some((pid) => line.includes(pid)));
  return mine.reduce((sum, line) => sum + Number(line.match(/bytes_sent:(\d+)/)?.[1] ?? 0), 0);
}
