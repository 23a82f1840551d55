import type { UploadJobOptions } from "../../../client/uploads/upload-job.ts";
import { UploadQueue } from "../../../client/uploads/upload-queue.ts";
import { type FinishedUpload, uploadText } from "../../../client/uploads/upload-result.ts";
import { oneRow } from "../../../console/text.ts";
import { delay, systemClock } from "../../../platform/clock.ts";
import { english, say } from "../../../sentences/sentence.ts";
import { SentenceError, toldOf } from "../../../sentences/sentence-error.ts";
import { shown } from "../../../text/shown/sentence.ts";
import { exitCodeOf, worstExitCode } from "../../exit-codes.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Values } from "../../flags/values.ts";
import { checkHash } from "../../hash-check.ts";
import { checkStdout } from "../../output.ts";
import { terminalLog } from "../../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../../signals.ts";
import { type ClientOptions, clientOptions, clientParts } from "../parts.ts";
import { reportUnwritten, showProgress } from "../progress.ts";
import { describeRefusal, exitCodeOfRefusal, type Refusal } from "../refusal.ts";
import { type FileToPut, filesToPut } from "./put-files.ts";
import { type SpooledStdin, spoolStdin } from "./spooled-stdin.ts";

/** Milliseconds for uploads to end in order when the command is stopped. */
const STOP_TIMEOUT_MS = 1500;
/** Highest number of a secondary. */
const MAX_NUMBER = 65_535;

type StopReason = EndSignal | Refusal;

/** `redes client put FILE...` */
export async function clientPut(values: Values): Promise<ExitStatus> {
  const options = await clientOptions(values);
  const files = filesToPut(values.positionals, values.has("as") ? values.text("as", "") : null);
  const at = values.has("to") ? values.whole("to", 1, MAX_NUMBER, 1) : null;
  const giveUpAfterMs = values.seconds("wait", 30);
  if (files.some(({ path }) => path === "-") && process.stdin.isTTY)
    throw new UsageError(say("- is stdin, and that is a terminal: give it a file or a pipe"));
  checkHash();
  if (values.has("json")) checkStdout();
  let stop: (reason: StopReason) => void = () => {};
  const stopped = new Promise<StopReason>((resolve) => {
    stop = resolve;
  });
  onSignals(stop);
  const spool = await spoolIfNeeded(files, options, stopped);
  if (spool !== null && typeof spool !== "object") return spool;
  try {
    const jobs = files.map(({ path, name }) => ({
      ...{ path: spool && path === "-" ? spool.path : path, label: path, name },
      ...{ at, giveUpAfterMs },
    }));
    return await putAll(values, options, jobs, { stopped, stop });
  } finally {
    await spool?.remove();
  }
}

/** What comes from stdin where that is among the files; the signal that came meanwhile. */
async function spoolIfNeeded(
  files: readonly FileToPut[],
  { folder }: ClientOptions,
  stopped: Promise<StopReason>,
): Promise<SpooledStdin | EndSignal | null> {
  if (!files.some(({ path }) => path === "-")) return null;
  const aborting = new AbortController();
  let signal: EndSignal | null = null;
  void stopped.then((reason) => {
    if (!(reason instanceof Error)) signal = reason;
    aborting.abort();
  });
  try {
    return await spoolStdin(folder, aborting.signal);
  } catch (error) {
    if (signal !== null) return signal;
    throw new SentenceError(
      say("cannot keep what comes from stdin in {folder}: {reason}", { folder, reason: toldOf(error) }),
      { cause: error },
    );
  }
}

async function putAll(
  values: Values,
  options: ClientOptions,
  jobs: readonly UploadJobOptions[],
  { stopped, stop }: { readonly stopped: Promise<StopReason>; stop(reason: StopReason): void },
): Promise<ExitStatus> {
  const verbosity = values.verbosity();
  const [quiet, json] = [verbosity === "quiet", values.has("json")];
  const terminal = terminalLog({ verbosity });
  let refusal: Refusal | null = null;
  const parts = clientParts(options, terminal.log, (error) => {
    refusal = error;
    stop(error);
  });
  const uploads = new UploadQueue(parts.deps);
  const screen = showProgress(uploads, terminal, { bars: !quiet });
  const endings: FinishedUpload[] = [];
  const putOne = async (job: UploadJobOptions) => {
    const ending = await uploads.add(job);
    if (!ending) return;
    endings.push(ending);
    const error = refusal === null ? {} : { error: english(describeRefusal(refusal)) };
    if (json) await screen.result(JSON.stringify({ ...ending.result, ...error }));
    // One line about the central says it for all files.
    if (refusal !== null) return;
    if (ending.failure !== null) screen.say(`redes: ${uploadText(ending)}`);
    else if (!quiet && !json) screen.say(uploadText(ending));
  };
  const reason = await Promise.race([Promise.all(jobs.map(putOne)).then(() => null), stopped]);
  if (reason !== null) {
    await Promise.race([uploads.stopAll(), delay(systemClock, STOP_TIMEOUT_MS)]);
    // The line of the one that has just ended is written in the next turn.
    await delay(systemClock, 0);
  }
  screen.close();
  await parts.stop();
  if (reason === null)
    return worstExitCode([...endings.map(({ failure }) => exitCodeOf(failure)), reportUnwritten(screen)]);
  if (!(reason instanceof Error)) return reason;
  process.stderr.write(`redes: ${oneRow(shown(describeRefusal(reason)))}\n`);
  return exitCodeOfRefusal(reason);
}
