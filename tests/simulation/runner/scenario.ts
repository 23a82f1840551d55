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

/** The name under which it is a failure when something throws that is no broken invariant. */
const NOTHING_THROWS = "nothing throws";

/** To be called from no promise: what is simulated could not go on (`Simulation.runUntil`). */
export function runTask({ drawPlan, runPlan }: Scenario, task: Task, trace?: Trace): Outcome {
  try {
    return runPlan("seed" in task ? drawPlan(task.seed) : task.plan, trace);
  } catch (error) {
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { failure: { invariant: NOTHING_THROWS, details }, faults: {}, events: 0 };
  }
}
