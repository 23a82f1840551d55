import { parseArgs } from "node:util";

export interface RunCommand {
  readonly kind: "run";
  readonly seconds: number;
  readonly seed: number;
  /** Beginnings of the names of targets; none: all. */
  readonly targets: readonly string[];
}

/** `input`: a saved input that is to be run alone. */
export type Command = RunCommand | { readonly kind: "input"; readonly path: string };

export class UsageError extends Error {}

export const USAGE = `npm run fuzz -- [--seconds S] [--seed N] [--target NAME...]   attacks for so long, 60 where nothing is said
             --input FILE                                     runs a saved input alone`;

const SECONDS = 60;
const SEED_LIMIT = 2 ** 31;

/** Throws {@link UsageError}. */
export function parseCommand(args: readonly string[]): Command {
  const { input, seconds, seed, target = [] } = parsed(args);
  if (input !== undefined) return { kind: "input", path: input };
  const limit = 7 * 24 * 3600;
  return {
    kind: "run",
    seconds: whole("--seconds", seconds, limit) ?? SECONDS,
    seed: whole("--seed", seed, SEED_LIMIT) ?? newSeed(),
    targets: target,
  };
}

/** One that is hardly ever the same. */
export function newSeed(): number {
  return Date.now() % SEED_LIMIT;
}

function parsed(args: readonly string[]) {
  try {
    const options = {
      seconds: { type: "string" },
      seed: { type: "string" },
      target: { type: "string", multiple: true },
      input: { type: "string" },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(flag: string, text: string | undefined, limit: number): number | null {
  if (text === undefined) return null;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number >= limit) throw new UsageError(`${flag} takes a whole number below ${limit}`);
  return number;
}
