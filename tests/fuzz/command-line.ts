import { parsedArguments, wholeNumber } from "../support/command-line.ts";

export interface RunCommand {
  readonly kind: "run";
  readonly seconds: number;
  readonly seed: number;
  /** Beginnings of the names of targets; none: all. */
  readonly targets: readonly string[];
}

/** `input`: a saved input that is to be run alone. */
export type Command = RunCommand | { readonly kind: "input"; readonly path: string };

export const USAGE = `npm run fuzz -- [--seconds S] [--seed N] [--target NAME...]   attacks for so long, 60 where nothing is said
             --input FILE                                     runs a saved input alone`;

const OPTIONS = {
  seconds: { type: "string" },
  seed: { type: "string" },
  target: { type: "string", multiple: true },
  input: { type: "string" },
} as const;
const SECONDS = 60;
const SEED_LIMIT = 2 ** 31;

/** Throws UsageError. */
export function parseCommand(args: readonly string[]): Command {
  const { input, seconds, seed, target = [] } = parsedArguments({ args: [...args], options: OPTIONS }).values;
  if (input !== undefined) return { kind: "input", path: input };
  const limit = 7 * 24 * 3600;
  return {
    kind: "run",
    seconds: wholeNumber("--seconds", seconds, limit) ?? SECONDS,
    seed: wholeNumber("--seed", seed, SEED_LIMIT) ?? newSeed(),
    targets: target,
  };
}

/** One that is hardly ever the same. */
export function newSeed(): number {
  return Date.now() % SEED_LIMIT;
}
