import { expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { WorkerPool } from "../runner/worker-pool.ts";
import { kindsOf } from "../scenario/action.ts";
import { drawPlan } from "../scenario/draw-plan.ts";
import { DEFECTS } from "./all.ts";
import { firstFailure } from "./table.ts";

/** Defects that few seeds are enough for; `npm run simulate -- --planted` tries all of them. */
const CHEAP = [
  "the heartbeat of a closed session goes on",
  "a replaced file is not kept",
  "a copy replaces what it does not follow",
  "who is refused is greeted",
];
const RANGE = { from: 1, seeds: 100, kindsOf: (seed: number) => kindsOf(drawPlan(seed)) };
const SCENARIO = join(import.meta.dir, "../scenario/scenario.ts");
const RUN_TIMEOUT_MS = 120_000;

for (const name of CHEAP) {
  test(`"${name}" is found`, async () => {
    const defect = DEFECTS.find((each) => each.name === name);
    if (!defect) throw new Error("there is no such defect");
    const options = { workers: availableParallelism(), scenario: SCENARIO, runTimeoutMs: RUN_TIMEOUT_MS };
    const [planted, sound] = [new WorkerPool({ ...options, defect: name }), new WorkerPool({ ...options, defect: "" })];
    try {
      const runs = { planted: planted.run.bind(planted), sound: sound.run.bind(sound) };
      expect(await firstFailure(defect, RANGE, runs)).not.toBeNull();
    } finally {
      planted.stop();
      sound.stop();
    }
  }, 300_000);
}
