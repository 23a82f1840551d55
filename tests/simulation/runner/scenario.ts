import type { Plan } from "../scenario/action.ts";
import type { Outcome } from "../scenario/outcome.ts";
import type { Trace } from "../world/simulation.ts";

/** What a runner runs: plans come from seeds, and the same plan always has the same outcome. */
export interface Scenario {
  drawPlan(seed: number): Plan;
  /** Never throws because of what is simulated: a failure is in the outcome. */
  runPlan(plan: Plan, trace?: Trace): Outcome;
}

/** One run that is wanted. */
export type Task = { readonly seed: number } | { readonly plan: Plan };

export function runTask({ drawPlan, runPlan }: Scenario, task: Task, trace?: Trace): Outcome {
  return runPlan("seed" in task ? drawPlan(task.seed) : task.plan, trace);
}
