import { pause, systemClock } from "../base/clock.ts";
import { formatBytes, formatDuration, formatRate } from "../base/units.ts";
import { clientCommands } from "../client/commands.ts";
import type { Ending } from "../client/result.ts";
import { CommandTable } from "../console/command.ts";
import { type Console, openConsole } from "../console/terminal.ts";
import { clientOptions, clientParts } from "./client-parts.ts";
import { EXIT, exitCodeFor } from "./exit-codes.ts";
import { historyPath } from "./history.ts";
import { onSignals } from "./signals.ts";
import { terminalLog } from "./terminal-log.ts";
import type { Values } from "./values.ts";

/** Milliseconds between two looks at how far the downloads are. */
const LOOK = 100;
/** Milliseconds for downloads to end in order when the client is told to stop. */
const STOP_DEADLINE = 1500;

/** `redes client`: the console. */
export async function client(values: Values): Promise<number> {
  values.noPositionals();
  const options = clientOptions(values);
  const terminal = terminalLog("text");
  const { log } = terminal;
  let leave: (reason: "told" | "end" | "refused") => void = () => {};
  const left = new Promise<"told" | "end" | "refused">((resolve) => {
    leave = resolve;
  });
  const parts = clientParts(options, log, (error) => {
    log.error("refused", `the central refuses this client: ${error.message}`);
    leave("refused");
  });
  onSignals(() => leave("told"));
  const failures: Ending["failure"][] = [];
  const late: { console: Console | null } = { console: null };
  const commands = clientCommands({
    session: parts.session,
    downloads: parts.downloads,
    folder: options.folder,
    print: (text) => late.console?.print(text),
    ended: (ending) => {
      failures.push(ending.failure);
      const { name, path, size, seconds, receivedBytes, error } = ending.result;
      if (ending.failure === null) {
        const rate = formatRate(receivedBytes / Math.max(seconds, 0.001));
        log.info(
          "done",
          `${name} → ${path}: ${formatBytes(size ?? 0)} verified in ${formatDuration(seconds)}, ${rate}`,
        );
      } else {
        log.error("failed", `${name}: ${error ?? "it failed"}`);
      }
    },
    quit: () => leave("told"),
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
    ended: (kind) => {
      if (kind === "terminal") leave("told");
      else void parts.downloads.idle().then(() => leave("end"));
    },
  });
  late.console = console;
  terminal.redirect((line) => console.log(line));
  const looking = setInterval(() => console.progress(parts.downloads.progress()), LOOK);
  const why = await left;
  clearInterval(looking);
  console.progress([]);
  await Promise.race([parts.downloads.cancelAll(), pause(systemClock, STOP_DEADLINE)]);
  console.close();
  await Promise.race([console.drained(), pause(systemClock, 500)]);
  parts.stop();
  if (why === "refused") return EXIT.failed;
  // A person has seen what failed; a script has the exit code.
  return why === "end" ? exitCodeFor(failures) : EXIT.done;
}
