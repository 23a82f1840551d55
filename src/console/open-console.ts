import type { Console, ConsoleOptions, ConsoleOutput } from "./console.ts";
import { InteractiveConsole } from "./interactive/interactive-console.ts";
import { PipedConsole } from "./piped-console.ts";

export type { Console, ConsoleOptions, ConsoleOutput } from "./console.ts";

/** The console of a program: with a prompt where someone types, else the lines of stdin are commands. */
export function openConsole(options: ConsoleOptions): Console {
  const terminal = terminalOf(options);
  return terminal ? new InteractiveConsole(options, terminal) : new PipedConsole(options);
}

/** Whether there is a terminal at which somebody types, on which a console can be painted. */
export function somebodyTypes(): boolean {
  return terminalOf({ input: process.stdin, output: process.stdout, errors: process.stderr }) !== null;
}

/** The stream that leads to the terminal someone types at, if there is one that can be painted on. */
function terminalOf({
  input,
  output,
  errors,
}: Pick<ConsoleOptions, "input" | "output" | "errors">): ConsoleOutput | null {
  if (!input.isTTY || process.env.TERM === "dumb") return null;
  return [output, errors].find((stream) => stream.isTTY) ?? null;
}
