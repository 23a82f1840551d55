import { nearest } from "../../console/commands/distance.ts";
import type { Flag } from "./definitions.ts";

/** The command line is wrong; the message names the flag and what it takes. */
export class UsageError extends Error {}

/** A flag on the command line. */
export interface Given {
  /** As it was written, such as `-p`. */
  readonly word: string;
  /** True for a flag without a value. */
  readonly value: string | true;
}

/** A command line taken apart: flags by main name. */
export interface Scanned {
  readonly flags: ReadonlyMap<string, Given>;
  readonly positionals: readonly string[];
}

/**
 * Takes arguments apart by their definitions, strictly: an unknown flag, a flag given twice, a value that is missing or
 * not wanted is a {@link UsageError}. `--flag=value`, `--flag value`, `-f value` and `-fvalue` all work, and what
 * follows `--` is no flag. `hint` is what whoever gave an unknown flag can do.
 */
export function scan(args: readonly string[], known: readonly Flag[], hint: string): Scanned {
  const flags = new Map<string, Given>();
  const positionals: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      positionals.push(...args.slice(index + 1));
      break;
    }
    if (!isFlag(arg)) {
      positionals.push(arg);
      continue;
    }
    const { word, attached } = split(arg);
    const flag = find(word, known);
    if (!flag) throw unknown(word, known, hint);
    if (flags.has(flag.name)) throw new UsageError(`${word}: given more than once`);
    if (flag.value === null) {
      if (attached !== null) throw new UsageError(`${word} takes no value`);
      flags.set(flag.name, { word, value: true });
      continue;
    }
    const value = attached ?? args[index + 1];
    if (value === undefined || (attached === null && value.startsWith("--"))) {
      throw new UsageError(`${word} needs a value: ${word} ${flag.value}`);
    }
    if (attached === null) index += 1;
    flags.set(flag.name, { word, value });
  }
  return { flags, positionals };
}

/** Where the first argument stands that is neither a flag nor a flag's value; -1 where there is none. */
export function firstOperand(args: readonly string[], known: readonly Flag[]): number {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") return -1;
    if (!isFlag(arg)) return index;
    const { word, attached } = split(arg);
    const flag = find(word, known);
    if (flag && flag.value !== null && attached === null) index += 1;
  }
  return -1;
}

/** A dash alone stands for stdin or stdout. */
function isFlag(arg: string): boolean {
  return arg.startsWith("-") && arg !== "-";
}

function find(word: string, known: readonly Flag[]): Flag | undefined {
  return known.find(({ words }) => words.includes(word));
}

function split(arg: string): { word: string; attached: string | null } {
  if (!arg.startsWith("--")) {
    const rest = arg.slice(2);
    return { word: arg.slice(0, 2), attached: rest === "" ? null : rest.replace(/^=/, "") };
  }
  const equals = arg.indexOf("=");
  return equals < 0 ? { word: arg, attached: null } : { word: arg.slice(0, equals), attached: arg.slice(equals + 1) };
}

function unknown(word: string, known: readonly Flag[], hint: string): UsageError {
  // Between short words nearly everything is near.
  const long = known.flatMap(({ words }) => words.filter((each) => each.startsWith("--")).map((each) => each.slice(2)));
  const similar = word.startsWith("--") ? nearest(word.slice(2), long) : undefined;
  return new UsageError(`unknown flag ${word}: ${similar === undefined ? hint : `did you mean --${similar}?`}`);
}
