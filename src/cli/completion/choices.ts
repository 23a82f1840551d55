import { shownText } from "../../text/shown/sentence.ts";
import { awaitingFlag, UsageError } from "../flags/check-arguments.ts";
import { type Command, type Flag, flagsOf } from "../flags/command.ts";
import { type CalledCommand, route } from "../flags/route.ts";

/** A word that could stand at the cursor. */
export interface Choice {
  readonly word: string;
  /** For people; "" where there is nothing to say. */
  readonly help: string;
}

/** What can stand at the cursor. `start`: what of the typed word stays before it, such as `--dir=`. */
export type Choices =
  | { readonly kind: "words"; readonly choices: readonly Choice[] }
  /** Paths of this machine, which the shell knows best. */
  | { readonly kind: "files" | "folders"; readonly start: string }
  /** Files of the cluster, for which the central of this command line is asked. */
  | { readonly kind: "names"; readonly route: CalledCommand };

const NOTHING: Choices = { kind: "words", choices: [] };

/** What can stand in the place of `typed`, after the words `before` of a command line without the program's name. */
export function choicesAt(program: Command, before: readonly string[], typed: string): Choices {
  const found = routeOf(program, before);
  if (found === null) return NOTHING;
  const { command, rest } = found;
  const flags = flagsOf(command);
  const awaiting = awaitingFlag(rest, flags);
  if (awaiting?.named) return { kind: "names", route: { command, rest: rest.slice(0, -1) } };
  if (awaiting !== null) return valuesOf(awaiting.value ?? "", "", typed);
  const operandsAlone = rest.includes("--");
  if (typed.startsWith("-") && !operandsAlone) return flagsAt(flags, rest, typed);
  const words = operandsAlone ? [] : commandsOf(command, typed);
  return operandsAt(program, found, words, typed);
}

/** Null where the words before the cursor are no command line. */
function routeOf(program: Command, before: readonly string[]): CalledCommand | null {
  try {
    return route(program, before);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function flagsAt(flags: readonly Flag[], rest: readonly string[], typed: string): Choices {
  const equals = typed.indexOf("=");
  if (equals >= 0) {
    const flag = flags.find(({ words }) => words.includes(typed.slice(0, equals)));
    return flag?.value == null ? NOTHING : valuesOf(flag.value, typed.slice(0, equals + 1), typed.slice(equals + 1));
  }
  const open = flags.filter(({ words, repeatable }) => repeatable || !rest.some((arg) => isOf(words, arg)));
  const main = beginningWith(
    open.map(({ words, help }) => ({ word: words[0] ?? "", help: shownText(help) })),
    typed,
  );
  if (main.length > 0) return { kind: "words", choices: main };
  // Other names, for whoever knows them.
  const others = open.flatMap(({ words, help }) => words.slice(1).map((word) => ({ word, help: shownText(help) })));
  return { kind: "words", choices: beginningWith(others, typed) };
}

/** Whether an argument is a flag with one of these words, with or without a value behind it. */
function isOf(words: readonly string[], arg: string): boolean {
  return words.some((word) => arg === word || arg.startsWith(`${word}=`));
}

/** What a value can be, by how help calls it. `start`: what is typed before the value in the same word. */
function valuesOf(hint: string, start: string, typed: string): Choices {
  const plain = hint.replaceAll(/[[\].]/g, "");
  if (plain === "FILE" || plain === "PATH") return { kind: "files", start };
  if (plain === "DIR") return { kind: "folders", start };
  const words = /^[a-z0-9-]+(\|[a-z0-9-]+)+$/.test(plain) ? plain.split("|") : [];
  const choices = beginningWith(
    words.map((word) => ({ word, help: "" })),
    typed,
  );
  return { kind: "words", choices: choices.map(({ word, help }) => ({ word: start + word, help })) };
}

function commandsOf({ subCommands = {} }: Command, typed: string): Choice[] {
  const words = Object.entries(subCommands).map(([word, { help }]) => ({ word, help: shownText(help.summary) }));
  return beginningWith(words, typed);
}

function operandsAt(program: Command, found: CalledCommand, words: readonly Choice[], typed: string): Choices {
  const { operands } = found.command.help;
  if (words.length > 0 || operands === null) return { kind: "words", choices: words };
  if (operands.named === "files of the cluster") return { kind: "names", route: found };
  if (operands.named === "commands") return { kind: "words", choices: commandsBelow(program, found.rest, typed) };
  return valuesOf(operands.synopsis, "", typed);
}

/** The commands whose words begin with those that stand before the cursor. */
function commandsBelow(program: Command, rest: readonly string[], typed: string): Choice[] {
  let command: Command | undefined = program;
  for (const word of rest) if (!word.startsWith("-")) command = command?.subCommands?.[word];
  return command ? commandsOf(command, typed) : [];
}

function beginningWith(choices: readonly Choice[], typed: string): Choice[] {
  return choices.filter(({ word }) => word.startsWith(typed));
}
