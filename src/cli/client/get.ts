import { type Destination, destinationIn } from "../../client/downloads/destination.ts";
import type { FinishedDownload } from "../../client/downloads/result.ts";
import { oneRow } from "../../console/text.ts";
import { delay, systemClock } from "../../platform/clock.ts";
import { nameFault } from "../../protocol/name.ts";
import { exitCodeOf, worstExitCode } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import { checkHash } from "../hash-check.ts";
import { checkStdout, widenStdout, writeStdout } from "../output.ts";
import { kindOf } from "../paths.ts";
import { terminalLog } from "../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../signals.ts";
import { describeEnding } from "./ending.ts";
import { hintFor } from "./hints/did-you-mean.ts";
import { type ClientOptions, type ClientParts, clientOptions, clientParts } from "./parts.ts";
import { reportUnwritten, showProgress } from "./progress.ts";
import { describeRefusal, exitCodeOfRefusal, type Refusal } from "./refusal.ts";

/** Milliseconds for downloads to end in order when the command is stopped. */
const STOP_TIMEOUT_MS = 1500;

/** Factor of the wait that the user gives: a server that is back within it has to start first, and to be tried. */
const WAIT_FACTOR = 1.2;

interface GetOptions {
  readonly names: readonly string[];
  readonly destination: (name: string) => Destination;
  readonly force: boolean;
  readonly giveUpAfterMs: number;
}

/** `redes client get` */
export async function clientGet(values: Values): Promise<ExitStatus> {
  const options = await clientOptions(values);
  const names = namesOf(values);
  const destination = destinationOf(values, options, names);
  const getOptions = {
    names,
    destination,
    force: values.has("force"),
    giveUpAfterMs: WAIT_FACTOR * values.seconds("wait", 30),
  };
  checkHash();
  const json = values.has("json");
  if (json) checkStdout();
  const verbosity = values.verbosity();
  const quiet = verbosity === "quiet";
  const terminal = terminalLog({ verbosity });
  let refusal: Refusal | null = null;
  let stop: (reason: EndSignal | Refusal) => void = () => {};
  const stopped = new Promise<EndSignal | Refusal>((resolve) => {
    stop = resolve;
  });
  const parts = clientParts(options, terminal.log, (error) => {
    refusal = error;
    stop(error);
  });
  onSignals(stop);
  const screen = showProgress(parts.downloads, terminal, { bars: !quiet && !isWrittenToTerminal(values) });
  const endings: FinishedDownload[] = [];
  let stopping = false;
  const ended = async (ending: FinishedDownload) => {
    endings.push(ending);
    const error = refusal === null ? {} : { error: describeRefusal(refusal) };
    if (json) await screen.result(JSON.stringify({ ...ending.result, ...error }));
    // One line about the central says it for all files.
    if (refusal !== null) return;
    if (ending.failure !== null)
      screen.say(`redes: ${describeEnding(ending, stopping)}${await hintFor(parts.session, ending)}`);
    else if (!quiet && !json) screen.say(describeEnding(ending, stopping));
  };
  const reason = await Promise.race([getAll(parts, getOptions, ended), stopped]);
  if (reason !== "done") {
    stopping = true;
    await Promise.race([parts.downloads.cancelAll(), delay(systemClock, STOP_TIMEOUT_MS)]);
    // The lines of those that have just ended are written in the next turn.
    await delay(systemClock, 0);
  }
  screen.close();
  await parts.stop();
  if (reason === "done")
    return worstExitCode([...endings.map(({ failure }) => exitCodeOf(failure)), reportUnwritten(screen)]);
  if (!(reason instanceof Error)) return reason;
  process.stderr.write(`redes: ${oneRow(describeRefusal(reason))}\n`);
  return exitCodeOfRefusal(reason);
}

async function getAll(
  { downloads }: ClientParts,
  options: GetOptions,
  ended: (ending: FinishedDownload) => Promise<void>,
): Promise<"done"> {
  const { names, destination, force, giveUpAfterMs } = options;
  await Promise.all(
    names.map(async (name) =>
      ended(await downloads.add({ name, destination: destination(name), force, giveUpAfterMs })),
    ),
  );
  return "done";
}

/** The files to get, each once. */
function namesOf(values: Values): readonly string[] {
  const names = [...new Set(values.positionals)];
  if (names.length === 0) throw new UsageError("NAME is missing: give one or more files, named as list shows them");
  for (const name of names) {
    const fault = nameFault(name);
    if (fault) throw new UsageError(`NAME ${JSON.stringify(name)}: no file can be called so: ${fault}`);
  }
  return names;
}

function destinationOf(
  values: Values,
  { folder }: ClientOptions,
  names: readonly string[],
): (name: string) => Destination {
  if (!values.has("output")) return (name) => destinationIn(folder, name);
  const output = values.text("output", "");
  const wrong = (why: string) => new UsageError(`${values.written("output")} ${output}: ${why}`);
  if (names.length > 1) throw wrong(`it takes one NAME only, and there are ${names.length}`);
  if (output === "-") {
    if (values.has("json")) throw wrong("the file and --json cannot both go to stdout");
    checkStdout();
    widenStdout();
    return () => ({ kind: "pipe", output: writeStdout });
  }
  const kind = kindOf(output);
  if (kind === "folder" || output.endsWith("/"))
    throw wrong("that is a folder; it takes the path of a file, and --dir a folder");
  // The finished download would take the place of the device.
  if (kind === "other") throw wrong("that is no regular file; it takes the path of a file, or - for stdout");
  return () => ({ kind: "file", path: output });
}

/** Whether the file itself is written to a terminal, where bars would get into it. */
function isWrittenToTerminal(values: Values): boolean {
  return values.has("output") && values.text("output", "") === "-" && process.stdout.isTTY === true;
}
