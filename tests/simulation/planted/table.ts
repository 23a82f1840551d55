import { availableParallelism } from "node:os";
import { SEED_LIMIT, type SeedFailure } from "../runner/batch.ts";
import type { Task } from "../runner/scenario.ts";
import type { Outcome } from "../scenario/outcome.ts";
import type { Defect } from "./defect.ts";

export type Run = (task: Task) => Promise<Outcome>;

/** Runs tasks, with a planted defect or without one. */
export interface Runs {
  readonly planted: Run;
  readonly sound: Run;
}

/** Seeds, and what is in the plan of each: the kinds of its actions. */
export interface SeedRange {
  readonly from: number;
  readonly seeds: number;
  kindsOf(seed: number): ReadonlySet<string>;
}

/** Plants one defect after the other and prints a line of a table for each. The result is how many were not found. */
export async function findDefects(
  defects: readonly Defect[],
  range: SeedRange,
  withDefect: <T>(name: string, work: (runs: Runs) => Promise<T>) => Promise<T>,
  print: (line: string) => void,
): Promise<number> {
  let missed = 0;
  print("| defect | invariant that broke | seeds | the seed |");
  print("|---|---|---|---|");
  for (const defect of defects) {
    const { name } = defect;
    const found = await withDefect(name, (runs) => firstFailure(defect, range, runs));
    if (found) print(`| ${name} | ${found.invariant} | ${found.seed - range.from + 1} | ${found.seed} |`);
    else print(`| ${name} | none | more than ${range.seeds} | |`);
    if (!found) missed += 1;
  }
  return missed;
}

/**
 * The lowest seed of the range with which a defect breaks one of the invariants that are about it, whichever of those that
 * run at the same time ends first: one that fails without the defect too does not count.
 */
export async function firstFailure(
  { breaks, needs }: Pick<Defect, "breaks" | "needs">,
  { from, seeds, kindsOf }: SeedRange,
  { planted, sound }: Runs,
): Promise<SeedFailure | null> {
  const found: SeedFailure[] = [];
  let next = 0;
  const work = async () => {
    while (next < seeds && found.length === 0) {
      const seed = (from + next) % SEED_LIMIT;
      next += 1;
      if (needs && !needs.some((kind) => kindsOf(seed).has(kind))) continue;
      const { failure } = await planted({ seed });
      if (failure && breaks.includes(failure.invariant) && !(await sound({ seed })).failure)
        found.push({ seed, ...failure });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return found.sort((left, right) => left.seed - right.seed)[0] ?? null;
}
