import { nearest } from "../../console/commands/distance.ts";
import { say } from "../../sentences/sentence.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Command } from "../flags/command.ts";

/**
 * The command that is called by these words, or whose name ends with them where there is one alone: `get` is `client get`.
 * Throws {@link UsageError} that says which there are.
 */
export function findCommand(program: Command, words: readonly string[]): Command {
  const exact = commandAt(program, words);
  if (exact) return exact;
  const wanted = words.join(" ");
  const names = [...commandNames(program)];
  const ending = names.filter((name) => name.endsWith(` ${wanted}`));
  const [only] = ending;
  const found = ending.length === 1 && only !== undefined ? commandAt(program, only.split(" ")) : null;
  if (found) return found;
  if (ending.length > 1) throw new UsageError(say("{wanted} is in several commands: {ending}", { wanted, ending }));
  const similar = nearest(wanted, names);
  const hint =
    similar === undefined
      ? say("see {name} --help", { name: program.meta.name })
      : say("did you mean {similar}?", { similar });
  throw new UsageError(say("unknown command {wanted}: {hint}", { wanted, hint }));
}

function commandAt(program: Command, words: readonly string[]): Command | null {
  let command: Command | null = program;
  for (const word of words) {
    const below: Readonly<Record<string, Command>> = command?.subCommands ?? {};
    command = (Object.hasOwn(below, word) ? below[word] : null) ?? null;
  }
  return command;
}

/** The words of every command, without the program's name. */
function* commandNames({ subCommands = {} }: Command, start = ""): Generator<string> {
  for (const [word, below] of Object.entries(subCommands)) {
    yield start + word;
    yield* commandNames(below, `${start}${word} `);
  }
}
