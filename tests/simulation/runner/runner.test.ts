import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../support/command-line.ts";
import type { Plan } from "../scenario/action.ts";
import { runBatch, summary } from "./batch.ts";
import { parseCommand } from "./command-line.ts";
import { ddmin } from "./ddmin.ts";
import { readPlan, writePlan } from "./plan-file.ts";
import { processorTime } from "./processor-time.ts";
import { shrink } from "./shrink.ts";
import { drawPlan, runPlan } from "./toy-scenario.ts";
import { RUN_ENDS, WorkerPool } from "./worker-pool.ts";

const TOY = join(import.meta.dir, "toy-scenario.ts");
/** Milliseconds for which a run of a toy may compute: many times what it takes on a slow machine. */
const GENEROUS_MS = 30_000;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function pool(runTimeoutMs = GENEROUS_MS): WorkerPool {
  const made = new WorkerPool({ workers: 2, scenario: TOY, defect: "", runTimeoutMs });
  ends.push(() => made.stop());
  return made;
}

test("each seed that fails is named, with what it breaks", async () => {
  const workers = pool();
  const named: number[] = [];
  const range = { from: 10, seeds: 20, parallel: 3 };
  const result = await runBatch(
    range,
    (seed) => workers.run({ seed }),
    ({ seed }) => named.push(seed),
  );
  expect(result.failures.map(({ seed, invariant }) => `${seed} ${invariant}`)).toEqual([
    "13 never both halves",
    "23 never both halves",
  ]);
  expect(named.sort()).toEqual([13, 23]);
  expect(result.faults.get("first half")).toBe(2);
  expect(summary(result, 10, 1.25)).toMatch(/^20 seeds from 10, 2 failed; faults: first half 2, .*; 1\.3 s$/);
});

test("a run that ends its process is named, and the runs after it go on", async () => {
  const workers = pool();
  const outcomes = await Promise.all([7, 8, 13, 14].map((seed) => workers.run({ seed })));
  const broken = outcomes.map(({ failure }) => failure?.invariant);
  expect(broken).toEqual([undefined, RUN_ENDS, "never both halves", undefined]);
  expect(outcomes[1]?.failure?.details).toContain("exit code 7");
});

test("a run that leaves a rejection uncaught is named", async () => {
  const workers = pool();
  const [rejecting, next] = await Promise.all([6, 10].map((seed) => workers.run({ seed })));
  expect(rejecting?.failure?.details).toContain("nobody catches this");
  expect(next?.failure).toBeNull();
});

test("what cannot be loaded is no failure of a seed", async () => {
  const options = { workers: 1, scenario: "/nowhere/scenario.ts", defect: "", runTimeoutMs: GENEROUS_MS };
  const broken = new WorkerPool(options);
  ends.push(() => broken.stop());
  await expect(broken.run({ seed: 1 })).rejects.toThrow("cannot be loaded");
});

test("a run without an end is named, and the runs after it go on", async () => {
  const workers = pool(2000);
  const [endless, next] = await Promise.all([9, 10].map((seed) => workers.run({ seed })));
  expect(endless?.failure).toEqual({ invariant: RUN_ENDS, details: "it is not over after 2 s of computing" });
  expect(next?.failure).toBeNull();
});

test("a process has computed for as long as it says itself", () => {
  const { user, system } = process.cpuUsage();
  const [before, after] = [(user + system) / 1000, processorTime(process.pid)];
  expect(after).toBeGreaterThanOrEqual(before - 20);
  expect(after).toBeLessThan(before + 10_000);
  expect(processorTime(0)).toBe(0);
});

test("seeds go on at 0 after the highest", async () => {
  const seen: number[] = [];
  const run = async (seed: number) => {
    seen.push(seed);
    return { failure: null, faults: {}, events: 0 };
  };
  await runBatch({ from: 2 ** 32 - 1, seeds: 3, parallel: 1 }, run, () => {});
  expect(seen).toEqual([2 ** 32 - 1, 0, 1]);
});

const fails = async (plan: Plan) => runPlan(plan).failure !== null;

test("a plan is shrunk to what makes it fail", async () => {
  const { actions, shape, quietAt, seed } = await shrink(drawPlan(3), 2, fails);
  expect(actions.map(({ kind }) => kind)).toEqual(["first half", "second half"]);
  expect(actions.map(({ params }) => params)).toEqual([{ size: 0 }, { size: 0 }]);
  expect(shape).toEqual({ secondaries: 1, clients: 1, expected: 1, maxDownloads: 0, keepDays: 7 });
  expect(quietAt).toBe((actions[1]?.at ?? 0) + 1000);
  expect(seed).toBe(3);
});

test("ddmin leaves nothing that can be left out", async () => {
  const all = Array.from({ length: 60 }, (_, index) => index);
  const needed = [3, 17, 41, 42];
  const contains = async (part: readonly number[]) => needed.every((one) => part.includes(one));
  expect(await ddmin(all, 2, contains)).toEqual(needed);
  expect(await ddmin(all, 1, async () => true)).toEqual([]);
  expect(await ddmin(all, 1, async (part) => part.length >= 7)).toHaveLength(7);
});

test("a plan is the same after it was written and read", () => {
  const folder = mkdtempSync(join(tmpdir(), "redes-plan-"));
  ends.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "plan.json");
  writePlan(path, drawPlan(3));
  expect(readPlan(path)).toEqual(drawPlan(3));
  for (const holding of ["cluster key", "credentials"] as const) {
    const plan = { ...drawPlan(3), shape: { ...drawPlan(3).shape, keys: { holding, aheadMs: [0.5, -3] } } };
    writePlan(path, plan);
    expect(readPlan(path)).toEqual(plan);
  }
  writePlan(path, { ...drawPlan(3), actions: [] });
  expect(readPlan(path).actions).toEqual([]);
  expect(() => readPlan(TOY)).toThrow("has no plan");
});

test("the command line says what to run, and is refused where it does not", () => {
  expect(parseCommand(["--seeds", "5"])).toEqual({ kind: "batch", seeds: 5, from: null, planted: "" });
  expect(parseCommand(["--seeds", "5", "--from", "9"])).toEqual({ kind: "batch", seeds: 5, from: 9, planted: "" });
  expect(parseCommand(["--seed", "5"])).toEqual({ kind: "seed", seed: 5, planted: "" });
  expect(parseCommand(["--shrink", "5", "--with", "a"])).toEqual({ kind: "shrink", seed: 5, planted: "a" });
  expect(parseCommand(["--plan", "a.json"])).toEqual({ kind: "plan", path: "a.json", planted: "" });
  expect(parseCommand(["--planted"])).toEqual({ kind: "table", names: [], seeds: 2000, from: 1 });
  expect(parseCommand(["--planted", "a", "--seeds", "3"])).toEqual({ kind: "table", names: ["a"], seeds: 3, from: 1 });
  for (const wrong of [
    "",
    "--seeds",
    "--seeds 1.5",
    "--seeds -1",
    "--seeds 4294967296",
    "--seed 1 --shrink 2",
    "--seed 1 --seeds 2",
    "--seed 1 more",
    "--planted --seed 1",
    "--unknown",
  ]) {
    expect(() => parseCommand(wrong.split(" ").filter(Boolean)), wrong).toThrow(UsageError);
  }
});

test("a trace that nobody reads any more ends quietly", async () => {
  const main = join(import.meta.dir, "../main.ts");
  // It begins only once its reader is gone.
  const child = Bun.spawn(["sh", "-c", 'read go && exec "$@"', "sh", process.execPath, main, "--seed", "5"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  ends.push(() => child.kill("SIGKILL"));
  await child.stdout.cancel();
  child.stdin.write("go\n");
  child.stdin.end();
  expect([await new Response(child.stderr).text(), await child.exited]).toEqual(["", 141]);
});
