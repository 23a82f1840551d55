import { nearest } from "../../console/commands/distance.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { Flag } from "./command.ts";

/** The command line is wrong; the message names the flag and what it takes. */
export class UsageError extends SentenceError {}

/** Arguments that citty can parse without doubt. */
export interface CheckedArguments {
  /** For each flag that was given, by its main name: the word that it was written with, such as `-p`. */
  readonly words: ReadonlyMap<string, string>;
  /** The values of each flag that may be repeated and was given, in their order. citty keeps the last alone. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
  /** The arguments in their order, as they were given but for `-fvalue` and `-f=value`, which are in two. */
  readonly rawArgs: string[];
}

/**
 * citty is lenient: it takes unknown flags, flags given twice, and missing values. This checks arguments before it parses
 * them; each of those is a {@link UsageError}. `--flag=value`, `--flag value`, `-f value`, `-fvalue` and `-f=value` all
 * work, and what follows `--` is no flag. `hint` says what somebody who gave an unknown flag can do.
 */
export function checkArguments(args: readonly string[], known: readonly Flag[], hint: Told): CheckedArguments {
  const words = new Map<string, string>();
  const repeated = new Map<string, string[]>();
  const rawArgs: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      rawArgs.push(...args.slice(index));
      break;
    }
    if (!isFlag(arg)) {
      rawArgs.push(arg);
      continue;
    }
    const { word, attached } = split(arg);
    const flag = find(word, known);
    if (!flag) throw unknown(word, known, hint);
    if (words.has(flag.name) && !flag.repeatable) throw new UsageError(say("{word}: given more than once", { word }));
    words.set(flag.name, word);
    if (flag.value === null) {
      if (attached !== null) throw new UsageError(say("{word} takes no value", { word }));
      rawArgs.push(arg);
      continue;
    }
    if (flag.bare !== null) {
      rawArgs.push(`--${flag.name}=${attached ?? flag.bare}`);
      continue;
    }
    const value = attached ?? args[index + 1];
    if (value === undefined || (attached === null && value.startsWith("--"))) {
      throw new UsageError(say("{word} needs a value: {usage}", { word, usage: hintOf(word, flag) }));
    }
    if (attached === null) index += 1;
    if (flag.repeatable) repeated.set(flag.name, [...(repeated.get(flag.name) ?? []), value]);
    // citty would take the equals sign of `-f=value` for a part of the value.
    rawArgs.push(...(attached !== null && arg.startsWith("--") ? [arg] : [word, value]));
  }
  return { words, repeated, rawArgs };
}

/** Where the first argument stands that is neither a flag nor a flag's value; -1 where there is none. */
export function firstOperand(args: readonly string[], known: readonly Flag[]): number {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") return -1;
    if (!isFlag(arg)) return index;
    const { word, attached } = split(arg);
    const flag = find(word, known);
    if (flag && flag.value !== null && flag.bare === null && attached === null) index += 1;
  }
  return -1;
}

/** The flag whose value comes next, after these arguments; null where none is awaited. */
export function awaitingFlag(args: readonly string[], known: readonly Flag[]): Flag | null {
  let awaiting: Flag | null = null;
  for (const arg of args) {
    if (awaiting !== null) {
      awaiting = null;
      continue;
    }
    if (arg === "--") return null;
    if (!isFlag(arg)) continue;
    const { word, attached } = split(arg);
    const flag = find(word, known);
    if (flag && flag.value !== null && flag.bare === null && attached === null) awaiting = flag;
  }
  return awaiting;
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

/** How a flag is written with its value. */
function hintOf(word: string, { value }: Flag): Told {
  return value === null || value === "" ? word : say("{word} {value}", { word, value: say(value) });
}

function unknown(word: string, known: readonly Flag[], hint: Told): UsageError {
  // Between short words nearly everything is near.
  const long = known.flatMap(({ words }) => words.filter((each) => each.startsWith("--")).map((each) => each.slice(2)));
  const similar = word.startsWith("--") ? nearest(word.slice(2), long) : undefined;
  // What comes after a line's end is no flag, and may be a secret: the text of a key file begins like one.
  return new UsageError(
    say("unknown flag {word}: {hint}", {
      word: word.split("\n", 1)[0] ?? "",
      hint: similar === undefined ? hint : say("did you mean {similar}?", { similar: `--${similar}` }),
    }),
  );
}
