import type { Action, Plan } from "../scenario/action.ts";
import type { Outcome } from "../scenario/outcome.ts";
import { SeededRandom, seedFor } from "../world/random.ts";
import type { Trace } from "../world/simulation.ts";

/** A scenario for tests of the runner: a plan fails when both halves of a fault are in it, whatever else is. */

const HARMLESS = ["walk", "sleep", "talk"];

export function drawPlan(seed: number): Plan {
  const random = new SeededRandom(seedFor(seed, "toy"));
  const kinds = Array.from({ length: 20 }, () => random.pick(HARMLESS));
  if (seed % 10 === 3) kinds.splice(4, 0, "first half").splice(12, 0, "second half");
  if (seed % 10 === 3) kinds.splice(17, 0, "second half");
  if (seed === 6) kinds.push("reject");
  if (seed === 8) kinds.push("exit");
  if (seed === 9) kinds.push("loop");
  const actions = kinds.map((kind, index): Action => ({ at: index * 100, kind, params: { size: random.below(1000) } }));
  const shape = { secondaries: 3, clients: 2, expected: 2, maxDownloads: 1, keepDays: 7 };
  return { seed, shape, actions, quietAt: 60_000 };
}

export function runPlan({ actions }: Plan, trace?: Trace): Outcome {
  const faults: Record<string, number> = {};
  let half = false;
  for (const { at, kind } of actions) {
    trace?.(at, "toy", kind);
    faults[kind] = (faults[kind] ?? 0) + 1;
    if (kind === "reject") void Promise.reject(new Error("nobody catches this"));
    if (kind === "exit") process.exit(7);
    while (kind === "loop");
    if (kind === "first half") half = true;
    if (half && kind === "second half") {
      return { failure: { invariant: "never both halves", details: `both by ${at} ms` }, faults, events: 1 };
    }
  }
  return { failure: null, faults, events: actions.length };
}
