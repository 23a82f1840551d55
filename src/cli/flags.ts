import type { ArgDef, ArgsDef } from "citty";
import { nearest } from "../console/distance.ts";

/** The command line is wrong; the message names the flag and what it takes. */
export class UsageError extends Error {}

/** A command line taken apart: values by main flag name, true for a flag without value. */
export interface Scanned {
  readonly flags: ReadonlyMap<string, string | true>;
  readonly positionals: readonly string[];
}

interface Flag {
  readonly name: string;
  readonly definition: ArgDef;
}

function aliasesOf(definition: ArgDef): string[] {
  if (!("alias" in definition) || definition.alias === undefined) return [];
  return typeof definition.alias === "string" ? [definition.alias] : definition.alias;
}

/** How a flag is written: one letter with one dash, words with two. */
export function written(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function flagsOf(definitions: ArgsDef): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [name, definition] of Object.entries(definitions)) {
    if (definition.type === "positional") continue;
    for (const word of [name, ...aliasesOf(definition)]) flags.set(written(word), { name, definition });
  }
  return flags;
}

/**
 * Takes arguments apart by their definitions, strictly: an unknown flag, a flag given twice, a value that is missing or
 * not wanted is a {@link UsageError}. `--flag=value`, `--flag value`, `-f value` and `-fvalue` all work, and what
 * follows `--` is no flag.
 */
export function scan(args: readonly string[], definitions: ArgsDef): Scanned {
  const known = flagsOf(definitions);
  const flags = new Map<string, string | true>();
  const positionals: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      positionals.push(...args.slice(index + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      positionals.push(arg);
      continue;
    }
    const { word, attached } = split(arg);
    const flag = known.get(word);
    if (!flag) throw unknown(word, known);
    if (flags.has(flag.name)) throw new UsageError(`${word}: given more than once`);
    if (flag.definition.type === "boolean") {
      if (attached !== null) throw new UsageError(`${word} takes no value`);
      flags.set(flag.name, true);
      continue;
    }
    const value = attached ?? args[index + 1];
    if (value === undefined || (attached === null && value.startsWith("--"))) {
      throw new UsageError(`${word} needs a value: ${flag.definition.valueHint ?? "VALUE"}`);
    }
    if (attached === null) index += 1;
    flags.set(flag.name, value);
  }
  return { flags, positionals };
}

/** Whether an argument is a flag whose value is the next argument. */
export function takesNext(arg: string, definitions: ArgsDef): boolean {
  const { word, attached } = split(arg);
  const flag = flagsOf(definitions).get(word);
  return flag !== undefined && flag.definition.type !== "boolean" && attached === null;
}

function split(arg: string): { word: string; attached: string | null } {
  if (!arg.startsWith("--")) {
    const rest = arg.slice(2);
    return { word: arg.slice(0, 2), attached: rest === "" ? null : rest.replace(/^=/, "") };
  }
  const equals = arg.indexOf("=");
  return equals < 0 ? { word: arg, attached: null } : { word: arg.slice(0, equals), attached: arg.slice(equals + 1) };
}

function unknown(word: string, known: ReadonlyMap<string, Flag>): UsageError {
  const similar = nearest(word, [...known.keys()]);
  const hint = similar === undefined ? "see --help" : `did you mean ${similar}?`;
  return new UsageError(`unknown flag ${word}: ${hint}`);
}
