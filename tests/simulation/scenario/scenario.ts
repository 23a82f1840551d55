export { drawPlan } from "./draw-plan.ts";
export { runPlan } from "./run-plan.ts";
