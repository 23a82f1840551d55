import { nearest } from "../../console/commands/distance.ts";
import { say } from "../../sentences/sentence.ts";
import { firstOperand, UsageError } from "./check-arguments.ts";
import { type Command, type Flag, flagsOf } from "./command.ts";

/** A command that arguments call, and the arguments without its words. */
export interface CalledCommand {
  readonly command: Command;
  readonly rest: readonly string[];
}

/**
 * The command that arguments call. Flags may stand before a second word, where citty would not pass them on to the second
 * command. Throws {@link UsageError} for a word that is no command.
 */
export function route(command: Command, args: readonly string[]): CalledCommand {
  const { subCommands } = command;
  if (!subCommands) return { command, rest: args };
  const position = command.run ? firstOperand(args, flagsBelow(command)) : firstWord(args, flagsOf(command));
  const word = args[position];
  if (word === undefined) return { command, rest: args };
  const next = Object.hasOwn(subCommands, word) ? subCommands[word] : undefined;
  if (!next) throw unknown(word, Object.keys(subCommands));
  return route(next, [...args.slice(0, position), ...args.slice(position + 1)]);
}

/**
 * Where the word of a command stands that must come: behind flags with a value, as in `redes --lang es client`; -1 where
 * another flag comes first, which is for the program itself or for nobody.
 */
function firstWord(args: readonly string[], flags: readonly Flag[]): number {
  const position = firstOperand(args, flags);
  const others = flags.filter(({ value }) => value === null).flatMap(({ words }) => words);
  const isKnown = (arg: string) => flags.some(({ words }) => words.includes(arg.split("=", 1)[0] ?? ""));
  const before = args.slice(0, Math.max(0, position)).filter((arg) => arg.startsWith("-"));
  return before.every((arg) => isKnown(arg) && !others.includes(arg)) ? position : -1;
}

/** The flags of a command and of those below it: which one is called is not known yet. */
function flagsBelow(command: Command): Flag[] {
  return [command, ...Object.values(command.subCommands ?? {})].flatMap(flagsOf);
}

function unknown(word: string, words: readonly string[]): UsageError {
  const similar = nearest(word, words);
  const hint = similar === undefined ? "" : say("did you mean {similar}? ", { similar });
  return new UsageError(say("unknown command {word}: {hint}there are {words}", { word, hint, words }));
}
