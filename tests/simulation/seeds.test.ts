import { expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { failureLine, runBatch, SEED_LIMIT } from "./runner/batch.ts";
import { runTask } from "./runner/scenario.ts";
import { traceLine } from "./runner/trace-lines.ts";
import { WorkerPool } from "./runner/worker-pool.ts";
import * as scenario from "./scenario/scenario.ts";

/** New seeds in each run of this test; REDES_SEEDS=10000 tries more, REDES_SEED sets the first one. */
const SEEDS = Number(process.env.REDES_SEEDS ?? 300);
const FIRST = process.env.REDES_SEED ? Number(process.env.REDES_SEED) : Date.now() % SEED_LIMIT;
const SCENARIO = join(import.meta.dir, "scenario/scenario.ts");
/** Milliseconds for which one run may compute: it takes some 100. */
const RUN_TIMEOUT_MS = 120_000;
/** Milliseconds for all of them on a slow machine. */
const TIMEOUT_MS = 60_000 + SEEDS * 2000;

test(
  `no invariant is broken (${SEEDS} seeds from ${FIRST})`,
  async () => {
    const parallel = availableParallelism();
    const options = { scenario: SCENARIO, defect: "", runTimeoutMs: RUN_TIMEOUT_MS };
    const pool = new WorkerPool({ ...options, workers: parallel });
    try {
      const range = { from: FIRST, seeds: SEEDS, parallel };
      const { failures } = await runBatch(
        range,
        (seed) => pool.run({ seed }),
        () => {},
      );
      expect(failures.map(failureLine).join("\n")).toBe("");
    } finally {
      pool.stop();
    }
  },
  TIMEOUT_MS,
);

async function replays(): Promise<void> {
  const replay = Bun.spawn([process.execPath, join(import.meta.dir, "main.ts"), "--seed", String(FIRST)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const there = await new Response(replay.stdout).text();
  for (let seed = FIRST + 1; seed < FIRST + 4; seed++) await runHere(seed);
  const here = await runHere(FIRST);
  expect(here.length).toBeGreaterThan(1000);
  expect(there.startsWith(here)).toBe(true);
  // The last line tells what came of it.
  expect(there.slice(here.length).trimEnd().split("\n")).toHaveLength(1);
}

test(
  "a seed is replayed with the same trace to the last byte, in another process and after other seeds",
  replays,
  RUN_TIMEOUT_MS,
);

/** Runs a seed in this process; gives its trace. */
async function runHere(seed: number): Promise<string> {
  let text = "";
  await runTask(scenario, { seed: seed % SEED_LIMIT }, (...line) => {
    text += traceLine(...line);
  });
  return text;
}
