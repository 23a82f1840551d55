import { expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { WorkerPool } from "../runner/worker-pool.ts";
import { firstFailure } from "./table.ts";

/** Defects that few seeds are enough for; `npm run simulate -- --planted` tries all of them. */
const CHEAP = [
  ["the heartbeat of a closed session goes on", "nothing is left after a stop"],
  ["a replaced file is not kept", "what leaves a folder is kept"],
  ["a copy replaces what it does not follow", "older never replaces newer"],
] as const;
const SEEDS = 100;
const SCENARIO = join(import.meta.dir, "../scenario/scenario.ts");
const RUN_TIMEOUT_MS = 120_000;

for (const [defect, invariant] of CHEAP) {
  test(`"${defect}" is found, since "${invariant}" breaks`, async () => {
    const options = { workers: availableParallelism(), scenario: SCENARIO, runTimeoutMs: RUN_TIMEOUT_MS };
    const [planted, sound] = [new WorkerPool({ ...options, defect }), new WorkerPool({ ...options, defect: "" })];
    try {
      const runs = { planted: planted.run.bind(planted), sound: sound.run.bind(sound) };
      const found = await firstFailure({ from: 1, seeds: SEEDS }, runs);
      expect(found?.invariant).toBe(invariant);
    } finally {
      planted.stop();
      sound.stop();
    }
  }, 300_000);
}
