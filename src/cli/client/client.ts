import { clientCommands } from "../../client/commands.ts";
import { CommandTable } from "../../console/commands/command.ts";
import { type Console, openConsole } from "../../console/interactive/terminal.ts";
import { delay, systemClock } from "../../platform/clock.ts";
import { EXIT, type ExitCode, exitCodeOf, gravest } from "../exit-codes.ts";
import type { Values } from "../flags/values.ts";
import { checkHash } from "../hash-check.ts";
import { historyPath } from "../history.ts";
import { terminalLog } from "../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../signals.ts";
import { tellEnding } from "./ending.ts";
import { clientOptions, clientParts } from "./parts.ts";
import { exitCodeOfRefusal, type Refusal, tellRefusal } from "./refusal.ts";

/** Milliseconds between two looks at how far the downloads are. */
const LOOK = 100;
/** Milliseconds for downloads to end in order when the client is told to stop. */
const STOP_DEADLINE = 1500;

/** `told` to stop by a person, or by a signal; the `end` of a script's commands and downloads; or no central. */
type Reason = "told" | "end" | Refusal | EndSignal;

/** `redes client`: the console. */
export async function client(values: Values): Promise<ExitStatus> {
  values.noPositionals();
  const options = clientOptions(values);
  checkHash();
  const terminal = terminalLog("text");
  const { log } = terminal;
  let leave: (reason: Reason) => void = () => {};
  const left = new Promise<Reason>((resolve) => {
    leave = resolve;
  });
  const late: { console: Console | null } = { console: null };
  const parts = clientParts(options, log, (error) => {
    log.error("refused", tellRefusal(error));
    leave(error);
  });
  onSignals(leave);
  const codes: ExitCode[] = [];
  let leaving = false;
  const commands = clientCommands({
    clock: systemClock,
    session: parts.session,
    downloads: parts.downloads,
    folder: options.folder,
    interactive: () => late.console?.kind === "terminal",
    print: (text) => late.console?.print(text),
    note: (text) => late.console?.log(text),
    ended: (ending, cancelled) => {
      codes.push(exitCodeOf(ending.failure));
      const text = tellEnding(ending, cancelled || leaving);
      if (ending.failure === null) log.info("done", text);
      else if (cancelled || leaving) log.info("stopped", text);
      else log.error("failed", text);
    },
    quit: () => {
      if (late.console?.kind === "terminal") return leave("told");
      // A script cannot see when its downloads are done: its quit is the end of its commands.
      late.console?.close();
      void parts.downloads.idle().then(() => leave("end"));
    },
  });
  const console = openConsole({
    clock: systemClock,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    prompt: "redes> ",
    historyFile: historyPath("client"),
    table: new CommandTable(commands),
    interrupted: () => leave("told"),
    mistaken: (kind, text) => {
      codes.push(kind === "usage" ? EXIT.usage : EXIT.failed);
      late.console?.log(text);
    },
    ended: (kind) => {
      if (kind === "terminal") leave("told");
      else void parts.downloads.idle().then(() => leave("end"));
    },
  });
  late.console = console;
  terminal.redirect((line) => console.log(line));
  if (console.kind === "terminal") log.info("hello", `you are ${options.name}; type help for the commands`);
  const looking = setInterval(() => console.progress(parts.downloads.progress()), LOOK);
  const why = await left;
  leaving = true;
  clearInterval(looking);
  console.progress([]);
  await Promise.race([parts.downloads.cancelAll(), delay(systemClock, STOP_DEADLINE)]);
  console.close();
  await Promise.race([console.drained(), delay(systemClock, 500)]);
  await parts.stop();
  if (why instanceof Error) return exitCodeOfRefusal(why);
  if (why !== "told" && why !== "end") return why;
  // A person has seen what failed; a script has the exit code.
  return why === "told" && console.kind === "terminal" ? EXIT.done : gravest(codes);
}
