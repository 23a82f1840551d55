import type { Command } from "../../console/commands/command.ts";
import { CommandTable } from "../../console/commands/command.ts";
import type { ProgressItem } from "../../console/interactive/progress.ts";
import { type Console, openConsole } from "../../console/interactive/terminal.ts";
import { delay, systemClock } from "../../platform/clock.ts";
import { historyPath } from "../history.ts";
import { onSignals } from "../signals.ts";
import type { TerminalLog } from "./terminal-log.ts";

/** Milliseconds that a server has to end cleanly. */
const STOP_DEADLINE = 1800;
/** Milliseconds between two looks at what is under way. */
const LOOK = 250;

export interface ServerShell {
  readonly role: string;
  readonly prompt: string;
  readonly terminal: TerminalLog;
  /** The console's commands; `quit` is added. */
  commands(console: Pick<Console, "print" | "confirm">): readonly Command[];
  /** What is under way, for the bars. */
  progress(): readonly ProgressItem[];
  start(): Promise<void>;
  /** Ends cleanly and saves what must be saved. */
  stop(): Promise<void>;
}

/**
 * Runs a server with its console until it is told to stop: `quit`, Ctrl-C, Ctrl-D at the console or a signal. Gives the
 * exit code. The end of a stdin that is no terminal does not stop it.
 */
export async function runServer(shell: ServerShell): Promise<number> {
  const { terminal, role } = shell;
  let quit: (why: string) => void = () => {};
  const told = new Promise<string>((resolve) => {
    quit = resolve;
  });
  onSignals(quit);
  const late: { console: Console | null } = { console: null };
  const leave: Command = {
    name: "quit",
    aliases: ["exit", "salir"],
    parameter: "",
    help: "stop this server",
    run: () => quit("quit"),
  };
  const console = openConsole({
    clock: systemClock,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    prompt: shell.prompt,
    historyFile: historyPath(role),
    table: new CommandTable([
      ...shell.commands({
        print: (text) => late.console?.print(text),
        confirm: async (question) => (await late.console?.confirm(question)) ?? false,
      }),
      leave,
    ]),
    interrupted: () => quit("Ctrl-C"),
    mistaken: (_kind, text) => {
      // A program that reads the log reads nothing else.
      if (terminal.format === "json") terminal.log.warn("mistaken", text);
      else late.console?.log(text);
    },
    ended: (kind) => {
      if (kind === "terminal") quit("Ctrl-D");
    },
  });
  late.console = console;
  terminal.redirect((line) => console.log(line));
  // Where there is no terminal, what is under way is in the log.
  const looking = process.stderr.isTTY ? setInterval(() => console.progress(shell.progress()), LOOK) : undefined;
  try {
    const stopped = await Promise.race([shell.start().then(() => null), told]);
    const why = stopped ?? (await told);
    console.progress([]);
    terminal.log.info("stopping", `${role} stops (${why})`);
    await Promise.race([shell.stop(), delay(systemClock, STOP_DEADLINE)]);
    return 0;
  } finally {
    clearInterval(looking);
    console.close();
    await Promise.race([console.drained(), delay(systemClock, 100)]);
  }
}
