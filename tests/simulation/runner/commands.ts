import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../support/command-line.ts";
import { DEFECTS } from "../planted/all.ts";
import { ROOT } from "../planted/plant.ts";
import { findDefects } from "../planted/table.ts";
import { kindsOf } from "../scenario/action.ts";
import type { Outcome } from "../scenario/outcome.ts";
import { failureLine, runBatch, SEED_LIMIT, summary } from "./batch.ts";
import { type Command, parseCommand, USAGE } from "./command-line.ts";
import { loadScenario } from "./load-scenario.ts";
import { planText, readPlan, writePlan } from "./plan-file.ts";
import { runTask, type Task } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { print, ReaderGone } from "./stdout.ts";
import { traceLines } from "./trace-lines.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Milliseconds for which one run may compute: it takes some 50. */
const RUN_TIMEOUT_MS = 120_000;
const [OK, FAILED, USAGE_ERROR] = [0, 1, 2];
/** What shells say of a program that SIGPIPE has ended: 128 and the number of the signal. */
const READER_GONE = 141;

/** Runs what the arguments say, with the scenario of the module at this path. Resolves with the exit code. */
export async function runCommand(args: readonly string[], scenario: string): Promise<number> {
  try {
    const command = parseCommand(args);
    if (command.kind === "batch") return await batch(command, scenario);
    if (command.kind === "shrink") return await shrinkSeed(command, scenario);
    if (command.kind === "table") return await table(command, scenario);
    return await replay(command, scenario);
  } catch (error) {
    if (error instanceof ReaderGone) return READER_GONE;
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n${USAGE}\n`);
    return USAGE_ERROR;
  }
}

async function batch({ seeds, from, planted }: Command & { kind: "batch" }, scenario: string): Promise<number> {
  const first = from ?? Date.now() % SEED_LIMIT;
  const began = performance.now();
  const parallel = availableParallelism();
  const result = await withPool(scenario, planted, (run) =>
    runBatch(
      { from: first, seeds, parallel },
      (seed) => run({ seed }),
      (failure) => print(failureLine(failure)),
    ),
  );
  print(summary(result, first, (performance.now() - began) / 1000));
  return result.failures.length > 0 ? FAILED : OK;
}

/** Runs one task in this process, with its trace. */
async function replay(command: Command & { kind: "seed" | "plan" }, path: string): Promise<number> {
  const scenario = await loadScenario(path, command.planted);
  const task: Task = command.kind === "seed" ? { seed: command.seed } : { plan: plan(command.path) };
  const { trace, flush } = traceLines();
  const { failure } = await runTask(scenario, task, trace);
  flush();
  print(failure ? `broken: "${failure.invariant}": ${failure.details}` : "no invariant is broken");
  return failure ? FAILED : OK;
}

function plan(path: string) {
  try {
    return readPlan(path);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function shrinkSeed({ seed, planted }: Command & { kind: "shrink" }, path: string): Promise<number> {
  const whole = (await loadScenario(path, planted)).drawPlan(seed);
  return withPool(path, planted, async (run) => {
    const { failure } = await run({ plan: whole });
    if (!failure) {
      print(`seed ${seed} does not fail`);
      return OK;
    }
    const smaller = await shrink(whole, availableParallelism(), async (candidate) => {
      return (await run({ plan: candidate })).failure?.invariant === failure.invariant;
    });
    const folder = join(ROOT, "dist/simulation");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `seed-${seed}.json`);
    writePlan(file, smaller);
    print(planText(smaller).trimEnd());
    print(
      `${smaller.actions.length} of ${whole.actions.length} actions are left, and it still breaks "${failure.invariant}"`,
    );
    print(`  npm run simulate -- --plan ${file}${planted && ` --with "${planted}"`}`);
    return FAILED;
  });
}

async function table({ names, seeds, from }: Command & { kind: "table" }, scenario: string): Promise<number> {
  const unknown = names.filter((name) => !DEFECTS.some((defect) => defect.name === name));
  if (unknown.length > 0) throw new UsageError(`there is no planted defect "${unknown.join('", "')}"`);
  const defects = DEFECTS.filter(({ name }) => names.length === 0 || names.includes(name));
  const { drawPlan } = await loadScenario(scenario, "");
  const missed = await withPool(scenario, "", (sound) =>
    findDefects(
      defects,
      { from, seeds, kindsOf: (seed) => kindsOf(drawPlan(seed)) },
      (name, work) => withPool(scenario, name, (planted) => work({ planted, sound })),
      print,
    ),
  );
  return missed > 0 ? FAILED : OK;
}

async function withPool<T>(
  scenario: string,
  defect: string,
  work: (run: (task: Task) => Promise<Outcome>) => Promise<T>,
): Promise<T> {
  const pool = new WorkerPool({ workers: availableParallelism(), scenario, defect, runTimeoutMs: RUN_TIMEOUT_MS });
  try {
    return await work((task) => pool.run(task));
  } finally {
    pool.stop();
  }
}
