import { addAbortSignal } from "node:stream";
import { USUAL_JOBS } from "../../../client/batch/job-queue.ts";
import { leftTexts } from "../../../client/uploads/batch/left-text.ts";
import { UploadBatch, type UploadBatchOptions } from "../../../client/uploads/batch/upload-batch.ts";
import { type SpooledInput, spoolInput } from "../../../client/uploads/spooled-input.ts";
import { UploadQueue } from "../../../client/uploads/upload-queue.ts";
import { type FinishedUpload, outcomeOf, uploadText } from "../../../client/uploads/upload-result.ts";
import { oneRow } from "../../../console/text.ts";
import { delay, systemClock } from "../../../platform/clock.ts";
import { DiskError } from "../../../platform/disk/disk.ts";
import { systemReason } from "../../../platform/disk/disk-errors.ts";
import { systemDisk } from "../../../platform/disk/system-disk.ts";
import { isClosed } from "../../../platform/process/closed-stream.ts";
import { systemRandom } from "../../../platform/random.ts";
import { MAX_SECONDARY_NUMBER } from "../../../protocol/fields.ts";
import { say } from "../../../sentences/sentence.ts";
import { SentenceError } from "../../../sentences/sentence-error.ts";
import { shown } from "../../../text/shown/sentence.ts";
import { worstExitCode } from "../../exit-codes.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Values } from "../../flags/values.ts";
import { checkHash } from "../../hash-check.ts";
import { checkStdout } from "../../output.ts";
import { MAX_JOBS } from "../../server/descriptor-shares.ts";
import { terminalLog } from "../../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../../signals.ts";
import { BatchReport } from "../batch/batch-report.ts";
import { type ClientOptions, clientOptions, clientParts, STOP_TIMEOUT_MS } from "../parts.ts";
import { reportUnwritten, showProgress } from "../progress.ts";
import { type CentralRefusal, describeRefusal, exitCodeOfRefusal } from "../refusal.ts";
import { checkNames, type FileToPut, filesToPut } from "./put-files.ts";

type PutStopReason = EndSignal | Error;

/** `redes client put FILE...` */
export async function clientPut(values: Values): Promise<ExitStatus> {
  const options = await clientOptions(values);
  const files = filesToPut(values.positionals, values.has("as") ? values.text("as", "") : null);
  const at = values.has("to") ? values.whole("to", 1, MAX_SECONDARY_NUMBER, 1) : null;
  const giveUpAfterMs = values.seconds("wait", 30);
  const jobs = values.whole("jobs", 1, MAX_JOBS, USUAL_JOBS);
  if (files.some(({ path }) => path === "-")) checkStdin();
  checkHash();
  if (values.has("json")) checkStdout();
  let stop: (reason: PutStopReason) => void = () => {};
  const stopped = new Promise<PutStopReason>((resolve) => {
    stop = resolve;
  });
  onSignals(stop);
  const spool = await spoolIfNeeded(files, options, stopped);
  if (spool !== null && typeof spool !== "object") return spool;
  try {
    const sources = files.map(({ path, name }) => {
      return { path: spool && path === "-" ? spool.path : path, label: path, name };
    });
    const batch = { sources, at, giveUpAfterMs, filesAtOnce: jobs };
    return await putAll(values, options, batch, { stopped, stop });
  } finally {
    await spool?.close();
  }
}

/** Throws UsageError where stdin is no file and no pipe. */
function checkStdin(): void {
  if (process.stdin.isTTY) throw new UsageError(say("- is stdin, and that is a terminal: give it a file or a pipe"));
  // What the runtime puts into its place would be a file of no bytes.
  if (isClosed("stdin")) throw new UsageError(say("- is stdin, and that is closed: give it a file or a pipe"));
}

/** What comes from stdin where that is among the files; the signal that came meanwhile. */
async function spoolIfNeeded(
  files: readonly FileToPut[],
  { folder }: ClientOptions,
  stopped: Promise<PutStopReason>,
): Promise<SpooledInput | EndSignal | null> {
  if (!files.some(({ path }) => path === "-")) return null;
  const aborting = new AbortController();
  let signal: EndSignal | null = null;
  void stopped.then((reason) => {
    if (!(reason instanceof Error)) signal = reason;
    aborting.abort();
  });
  try {
    const input = addAbortSignal(aborting.signal, process.stdin);
    return await spoolInput({ disk: systemDisk, random: systemRandom }, folder, input);
  } catch (error) {
    if (signal !== null) return signal;
    // Which file it is that has no name says nothing to anybody.
    const reason = systemReason(error instanceof DiskError ? error.cause : error);
    throw new SentenceError(
      say("cannot keep what comes from stdin in {folder}: {reason}; take another folder with --dir", {
        ...{ folder, reason },
      }),
      { cause: error },
    );
  }
}

async function putAll(
  values: Values,
  options: ClientOptions,
  batchOptions: UploadBatchOptions,
  { stopped, stop }: { readonly stopped: Promise<PutStopReason>; stop(reason: PutStopReason): void },
): Promise<ExitStatus> {
  const verbosity = values.verbosity();
  const [quiet, json] = [verbosity === "quiet", values.has("json")];
  const terminal = terminalLog({ verbosity });
  let refusal: CentralRefusal | null = null;
  const parts = clientParts(options, terminal.log, (error) => {
    refusal = error;
    stop(error);
  });
  const uploads = new UploadQueue(parts.deps, batchOptions.filesAtOnce);
  const progress = { progress: () => uploads.progress(), total: () => batch.progress() };
  const screen = showProgress(progress, terminal, { bars: !quiet });
  const report = new BatchReport<FinishedUpload>(screen, {
    ...{ json, quiet, did: "put" },
    line: uploadText,
    outcome: outcomeOf,
    refusal: () => refusal,
    hint: async () => "",
  });
  const batch = new UploadBatch(parts.deps, uploads, batchOptions, {
    waits: (reason) => terminal.log.warn("not-yet", reason),
    found: ({ files, left }) => {
      checkNames(files);
      for (const text of leftTexts(left, files.length)) terminal.log.warn("left-out", text);
    },
    ended: (finished, begun) => report.ended(finished, begun),
  });
  const done = batch.run().then(() => null);
  const reason = await Promise.race([done, stopped]).catch((error: Error) => error);
  if (reason !== null) {
    report.stopping();
    batch.stop();
    const ended = Promise.all([uploads.stopAll(), done.catch(() => {})]);
    await Promise.race([ended, delay(systemClock, STOP_TIMEOUT_MS)]);
    // The lines of those that have just ended are written in the next turn.
    await delay(systemClock, 0);
  }
  report.close();
  screen.close();
  await parts.stop();
  if (reason === null) return worstExitCode([...report.exitCodes, reportUnwritten(screen)]);
  if (!(reason instanceof Error)) return reason;
  if (reason !== refusal) throw reason;
  process.stderr.write(`redes: ${oneRow(shown(describeRefusal(reason)))}\n`);
  return exitCodeOfRefusal(reason);
}
