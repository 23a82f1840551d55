import type { Failure } from "../invariants/invariant.ts";
import type { Outcome } from "../scenario/outcome.ts";

export interface SeedFailure extends Failure {
  readonly seed: number;
}

export interface BatchResult {
  readonly seeds: number;
  readonly failures: readonly SeedFailure[];
  /** How often each kind of fault was carried out. */
  readonly faults: ReadonlyMap<string, number>;
}

/** Seeds are 32 bits: after the highest one comes 0. */
export const SEED_LIMIT = 2 ** 32;

/** Runs so many seeds from one on, `parallel` at a time. `failed` is called at once for each that fails. */
export async function runBatch(
  { from, seeds, parallel }: { readonly from: number; readonly seeds: number; readonly parallel: number },
  run: (seed: number) => Promise<Outcome>,
  failed: (failure: SeedFailure) => void,
): Promise<BatchResult> {
  const faults = new Map<string, number>();
  const failures: SeedFailure[] = [];
  let next = 0;
  const work = async () => {
    while (next < seeds) {
      const seed = (from + next) % SEED_LIMIT;
      next += 1;
      const outcome = await run(seed);
      for (const [kind, count] of Object.entries(outcome.faults)) faults.set(kind, (faults.get(kind) ?? 0) + count);
      if (!outcome.failure) continue;
      const failure = { seed, ...outcome.failure };
      failures.push(failure);
      failed(failure);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { seeds, failures: failures.sort((left, right) => left.seed - right.seed), faults };
}

/** One line about a batch, faults in the order of their names. */
export function summary({ seeds, failures, faults }: BatchResult, from: number, seconds: number): string {
  const kinds = [...faults].sort(([left], [right]) => (left < right ? -1 : 1));
  const injected = kinds.map(([kind, count]) => `${kind} ${count}`).join(", ") || "none";
  return `${seeds} seeds from ${from}, ${failures.length} failed; faults: ${injected}; ${seconds.toFixed(1)} s`;
}

export function failureLine({ seed, invariant, details }: SeedFailure): string {
  return `seed ${seed} breaks "${invariant}": ${details}\n  npm run simulate -- --seed ${seed}`;
}
