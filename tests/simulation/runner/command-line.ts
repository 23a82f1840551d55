import { parsedArguments, UsageError, wholeNumber } from "../../support/command-line.ts";
import { SEED_LIMIT } from "./batch.ts";

/** What is to be run. `planted`: with the defect of that name in the program; "": with none. */
export type Command =
  | { readonly kind: "batch"; readonly seeds: number; readonly from: number | null; readonly planted: string }
  | { readonly kind: "seed"; readonly seed: number; readonly planted: string }
  | { readonly kind: "shrink"; readonly seed: number; readonly planted: string }
  | { readonly kind: "plan"; readonly path: string; readonly planted: string }
  | { readonly kind: "table"; readonly names: readonly string[]; readonly seeds: number; readonly from: number };

export const USAGE = `npm run simulate -- --seeds N [--from S]      runs N seeds: new ones, or those from S on
                    --seed S                   runs one, with a trace
                    --shrink S                 finds a smaller plan that fails as seed S does
                    --plan FILE                runs a plan, with a trace
                    --planted [NAME...]        plants defects and says after how many seeds each is found
                                               (--seeds N: at most so many, 2000; --from S: from S on, 1)
                    --with NAME                beside one of the first four: with a planted defect`;

const OPTIONS = {
  seeds: { type: "string" },
  from: { type: "string" },
  seed: { type: "string" },
  shrink: { type: "string" },
  plan: { type: "string" },
  planted: { type: "boolean" },
  with: { type: "string" },
} as const;

/** Seeds within which each planted defect is to be found. */
const TABLE_SEEDS = 2000;

/** Throws {@link UsageError}. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsedArguments({ args: [...args], allowPositionals: true, options: OPTIONS });
  const { planted, with: name = "", plan } = values;
  const wanted = [values.seed, values.shrink, plan].filter((value) => value !== undefined);
  if (planted) {
    if (wanted.length > 0 || name) throw new UsageError("--planted goes with --seeds and --from only");
    const seeds = wholeNumber("--seeds", values.seeds, SEED_LIMIT) ?? TABLE_SEEDS;
    return { kind: "table", names: positionals, seeds, from: wholeNumber("--from", values.from, SEED_LIMIT) ?? 1 };
  }
  if (positionals.length > 0) throw new UsageError(`nothing is known of ${positionals.join(" ")}`);
  if (wanted.length > 1) throw new UsageError("one of --seed, --shrink and --plan");
  if (wanted.length > 0 && (values.seeds ?? values.from) !== undefined)
    throw new UsageError("--seeds and --from go with none of --seed, --shrink and --plan");
  if (plan !== undefined) return { kind: "plan", path: plan, planted: name };
  for (const kind of ["seed", "shrink"] as const) {
    const seed = wholeNumber(`--${kind}`, values[kind], SEED_LIMIT);
    if (seed !== null) return { kind, seed, planted: name };
  }
  const seeds = wholeNumber("--seeds", values.seeds, SEED_LIMIT);
  if (seeds === null) throw new UsageError("--seeds N must be given");
  return { kind: "batch", seeds, from: wholeNumber("--from", values.from, SEED_LIMIT), planted: name };
}
