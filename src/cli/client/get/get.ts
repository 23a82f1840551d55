import type { BatchOutcome } from "../../../client/batch/batch-summary.ts";
import { DownloadBatch } from "../../../client/downloads/batch/download-batch.ts";
import type { FinishedDownload } from "../../../client/downloads/result.ts";
import { isEmpty } from "../../../client/selection/selection.ts";
import { oneRow } from "../../../console/text.ts";
import { delay, systemClock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log/log.ts";
import type { ListedFile } from "../../../protocol/messages/client.ts";
import { shown } from "../../../text/shown/sentence.ts";
import { texts } from "../../../text/texts.ts";
import { worstExitCode } from "../../exit-codes.ts";
import type { Values } from "../../flags/values.ts";
import { checkHash } from "../../hash-check.ts";
import { checkStdout } from "../../output.ts";
import { terminalLog } from "../../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../../signals.ts";
import { isTerminal, writeStderr } from "../../streams/standard-streams.ts";
import { BatchReport } from "../batch/batch-report.ts";
import { describeEnding } from "../ending.ts";
import { clientOptions, clientParts, STOP_TIMEOUT_MS } from "../parts.ts";
import { reportUnwritten, showProgress } from "../progress.ts";
import { type CentralRefusal, describeRefusal, exitCodeOfRefusal } from "../refusal.ts";
import { type GetOptions, getOptions } from "./get-options.ts";

/** `redes client get` */
export async function clientGet(values: Values): Promise<ExitStatus> {
  const client = await clientOptions(values);
  const options = getOptions(values, client.folder);
  if (options.dryRun) return (await import("./dry-run.ts")).planGet(values, options);
  const { json, jobs } = options;
  checkHash();
  if (json) checkStdout();
  const verbosity = values.verbosity();
  const quiet = verbosity === "quiet";
  const terminal = terminalLog({ verbosity });
  let refusal: CentralRefusal | null = null;
  let stop: (reason: EndSignal | Error) => void = () => {};
  const stopped = new Promise<EndSignal | Error>((resolve) => {
    stop = resolve;
  });
  const parts = clientParts({ ...client, jobs, only: "downloads" }, terminal.log, (error) => {
    refusal = error;
    stop(error);
  });
  onSignals(stop, null, "later");
  const screen = showProgress({ progress: () => parts.downloads.progress(), total: () => batch.progress() }, terminal, {
    bars: !quiet && !isWrittenToTerminal(values),
  });
  const report = new BatchReport<FinishedDownload>(screen, {
    ...{ json, quiet, did: "downloaded", line: describeEnding, outcome: outcomeOf },
    refusal: () => refusal,
    hint: async (finished) => (await import("../hints/did-you-mean.ts")).hintFor(parts.session, finished),
  });
  const batch = new DownloadBatch(
    parts.deps,
    parts.downloads,
    { ...options, filesAtOnce: jobs },
    {
      waits: (reason) => terminal.log.warn("not-yet", reason),
      selected: ({ files }) => selected(options, files, terminal.log),
      ended: (finished, begun) => report.ended(finished, begun),
    },
  );
  const done = batch.run().then(() => "done" as const);
  const reason = await Promise.race([done, stopped]).catch((error: Error) => error);
  if (reason !== "done") {
    report.stopping();
    batch.stop();
    await Promise.race([
      Promise.all([parts.downloads.cancelAll(), done.catch(() => {})]),
      delay(systemClock, STOP_TIMEOUT_MS),
    ]);
    // The lines of those that have just ended are written in the next turn.
    await delay(systemClock, 0);
  }
  report.close();
  screen.close();
  await parts.stop();
  if (reason === "done") return worstExitCode([...report.exitCodes, reportUnwritten(screen)]);
  if (!(reason instanceof Error)) return reason;
  if (reason !== refusal) throw reason;
  writeStderr(`redes: ${oneRow(shown(describeRefusal(reason)))}\n`);
  return exitCodeOfRefusal(reason);
}

function outcomeOf({ failure, present, result }: FinishedDownload): BatchOutcome {
  const kind = failure !== null ? "failed" : present ? "present" : "done";
  return { kind, bytes: result.receivedBytes - result.duplicateBytes };
}

function selected({ wanted, checkCount }: GetOptions, files: readonly ListedFile[], log: Pick<Log, "warn">): void {
  checkCount(files.length);
  if (isEmpty(wanted, files)) log.warn("none", texts().common.noFilesYet);
}

/** Whether the file itself is written to a terminal, where bars would get into it. */
function isWrittenToTerminal(values: Values): boolean {
  return values.has("output") && values.text("output", "") === "-" && isTerminal("stdout");
}
