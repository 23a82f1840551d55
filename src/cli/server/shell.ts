import type { ConsoleCommand } from "../../console/commands/command.ts";
import { CommandTable } from "../../console/commands/command.ts";
import { type Console, openConsole } from "../../console/open-console.ts";
import type { ProgressItem } from "../../console/progress.ts";
import { keepProgressShown } from "../../console/shown-progress.ts";
import { type Cancel, delay, systemClock } from "../../platform/clock.ts";
import { restOfProcess } from "../../platform/process/rest.ts";
import type { Sentence } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { texts } from "../../text/texts.ts";
import { historyPath } from "../history.ts";
import { onSignals } from "../signals.ts";
import type { TerminalLog } from "./terminal-log.ts";

/** Milliseconds for a server to end cleanly: together with its start of ending, less than the 2 s that are promised. */
const STOP_TIMEOUT_MS = 1800;
/** Milliseconds for the last lines to leave the process. */
const OUTPUT_TIMEOUT_MS = 100;
/** Milliseconds between two updates of the bars, and between two checks whether there are any. Copies take minutes, so a server spends little on them. */
const [PROGRESS_INTERVAL_MS, PROGRESS_REST_MS] = [250, 2000];

export interface ServerShell {
  readonly role: string;
  readonly prompt: string;
  readonly terminal: TerminalLog;
  /** The console's commands; `quit` is added. */
  commands(console: Pick<Console, "print" | "page" | "columns" | "confirm">): readonly ConsoleCommand[];
  /** What is under way, for the bars. */
  progress(): readonly ProgressItem[];
  start(): Promise<void>;
  /** What somebody who starts it at a terminal does next, once it runs. */
  nextSteps(): readonly Sentence[];
  /** What SIGHUP does; null: it stops the server, as other signals do. */
  readonly reload: (() => void) | null;
  /** Ends cleanly and saves what must be saved. */
  stop(): Promise<void>;
}

/**
 * Runs a server with its console until `quit`, Ctrl-C, Ctrl-D at the console or a signal stops it. Resolves with the exit
 * code. The end of a stdin that is no terminal does not stop it.
 */
export async function runServer(shell: ServerShell): Promise<number> {
  const { terminal, role } = shell;
  let stop: (reason: string) => void = () => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  onSignals((signal) => {
    // Ctrl-C in a pager is the pager's.
    if (signal !== "SIGINT" || !console.isPaging) stop(signal);
  }, shell.reload);
  const console = openServerConsole(shell, stop);
  terminal.redirect((line) => console.log(line));
  // Who sits at the terminal would see nothing happen.
  if (terminal.file !== null && process.stderr.isTTY) console.log(texts().console.logGoesTo(terminal.file));
  // Without a terminal, what is under way is in the log.
  const cancelUpdates = process.stderr.isTTY ? keepBarsShown(shell, console) : () => {};
  const rest = restOfProcess();
  const started = systemClock.now();
  try {
    rest.start();
    const early = await Promise.race([shell.start().then(() => null), stopped]);
    if (early === null)
      terminal.log.debug("started", `${role} has started`, { ms: Math.round(systemClock.now() - started) });
    if (early === null && console.kind === "terminal" && terminal.format === "text") {
      for (const step of [texts().console.typeHelp, ...shell.nextSteps().map(shown)])
        terminal.log.info("next-step", step);
    }
    const reason = early ?? (await stopped);
    console.progress([]);
    terminal.log.info("stopping", `${role} stops (${reason})`);
    await Promise.race([shell.stop(), delay(systemClock, STOP_TIMEOUT_MS)]);
    return 0;
  } finally {
    cancelUpdates();
    rest.stop();
    console.close();
    const written = Promise.all([console.drained(), terminal.flushed()]);
    await Promise.race([written, delay(systemClock, OUTPUT_TIMEOUT_MS)]);
  }
}

function keepBarsShown(shell: ServerShell, console: Console): Cancel {
  return keepProgressShown({
    clock: systemClock,
    busyMs: PROGRESS_INTERVAL_MS,
    restMs: PROGRESS_REST_MS,
    show() {
      const items = shell.progress();
      console.progress(items);
      return items.length > 0;
    },
  });
}

function openServerConsole(shell: ServerShell, stop: (reason: string) => void): Console {
  const { terminal } = shell;
  const quit: ConsoleCommand = {
    name: "quit",
    aliases: ["exit", "salir"],
    parameter: "",
    topic: "console",
    help: texts().console.stopServer,
    run: () => stop("quit"),
  };
  const console: Console = openConsole({
    clock: systemClock,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    prompt: shell.prompt,
    historyFile: historyPath(shell.role),
    table: new CommandTable([
      ...shell.commands({
        print: (text) => console.print(text),
        page: (text) => console.page(text),
        columns: () => console.columns(),
        confirm: (question) => console.confirm(question),
      }),
      quit,
    ]),
    interrupted: () => stop("Ctrl-C"),
    mistaken: (_kind, text) => {
      // A program that reads the log reads nothing else.
      if (terminal.format === "json") terminal.log.warn("mistaken", text);
      else console.log(text);
    },
    ended: (kind) => {
      if (kind === "terminal") stop("Ctrl-D");
    },
  });
  return console;
}
