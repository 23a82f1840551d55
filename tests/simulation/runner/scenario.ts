import type { Plan } from "../scenario/action.ts";
import type { Outcome } from "../scenario/outcome.ts";
import type { Trace } from "../world/simulation.ts";

/** What a runner runs: plans come from seeds, and the same plan always has the same outcome. */
export interface Scenario {
  drawPlan(seed: number): Plan;
  /** What is broken is in the outcome. */
  runPlan(plan: Plan, trace?: Trace): Outcome;
}

/** One run that is wanted. */
export type Task = { readonly seed: number } | { readonly plan: Plan };

/** The names under which it is a failure when something throws, or rejects, that is no broken invariant. */
const NOTHING_THROWS = "nothing throws";
const NOTHING_REJECTS = "no rejection is left uncaught";

/** Runs a task outside of all promises, where what is simulated can go on (`Simulation.runUntil`). */
export function runTask(scenario: Scenario, task: Task, trace?: Trace): Promise<Outcome> {
  const rejections: unknown[] = [];
  const rejected = (error: unknown) => rejections.push(error);
  process.on("unhandledRejection", rejected);
  return new Promise((resolve) => {
    setImmediate(() => {
      const outcome = runNow(scenario, task, trace);
      // The engine tells of rejections once the loop goes on. In the program each would end its process.
      setImmediate(() => {
        process.off("unhandledRejection", rejected);
        const failure = rejections.length === 0 ? null : { invariant: NOTHING_REJECTS, details: textOf(rejections[0]) };
        resolve({ ...outcome, failure: outcome.failure ?? failure });
      });
    });
  });
}

function runNow({ drawPlan, runPlan }: Scenario, task: Task, trace?: Trace): Outcome {
  try {
    return runPlan("seed" in task ? drawPlan(task.seed) : task.plan, trace);
  } catch (error) {
    return { failure: { invariant: NOTHING_THROWS, details: textOf(error) }, faults: {}, events: 0 };
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
