import { BatchSummary } from "../../../client/downloads/batch/batch-summary.ts";
import type { FinishedDownload } from "../../../client/downloads/result.ts";
import { systemClock } from "../../../platform/clock.ts";
import { counted, english, say } from "../../../sentences/sentence.ts";
import { shown } from "../../../text/shown/sentence.ts";
import { type ExitCode, exitCodeOf } from "../../exit-codes.ts";
import { describeEnding } from "../ending.ts";
import type { ProgressScreen } from "../progress.ts";
import { describeRefusal, type Refusal } from "../refusal.ts";

/** Names with a hint: the catalogue is looked through for each. */
const MAX_HINTS = 3;

export interface GetReportOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Why the central is of no use any more; null while it is. */
  refusal(): Refusal | null;
  /** What to add to the line of a file that there is not. */
  hint(finished: FinishedDownload): Promise<string>;
}

/** What `redes client get` tells of its files: a line for each, and one of all. */
export class GetReport {
  readonly exitCodes = new Set<ExitCode>();
  private readonly summary = new BatchSummary();
  private readonly startedAt = systemClock.now();
  private state: "running" | "stopping" = "running";
  /** Files that nothing was done for before the command was stopped. */
  private unbegun = 0;
  private hints = 0;

  constructor(
    private readonly screen: Pick<ProgressScreen, "result" | "say">,
    private readonly options: GetReportOptions,
  ) {}

  async ended(finished: FinishedDownload, begun: boolean): Promise<void> {
    const { json, quiet } = this.options;
    const refusal = this.options.refusal();
    this.exitCodes.add(exitCodeOf(finished.failure));
    this.summary.add(finished);
    const error = refusal === null ? {} : { error: english(describeRefusal(refusal)) };
    if (json) await this.screen.result(JSON.stringify({ ...finished.result, ...error }));
    // One line about the central says it for all files.
    if (refusal !== null) return;
    const isStopped = this.state === "stopping";
    if (isStopped && !begun && finished.failure !== null) this.unbegun += 1;
    else if (finished.failure !== null) this.screen.say(`redes: ${await this.failureText(finished, isStopped)}`);
    else if (!quiet && !json) this.screen.say(describeEnding(finished, isStopped));
  }

  private async failureText(finished: FinishedDownload, isStopped: boolean): Promise<string> {
    const text = describeEnding(finished, isStopped);
    if (finished.failure !== "no-such-file" || this.hints === MAX_HINTS) return text;
    this.hints += 1;
    return text + (await this.options.hint(finished));
  }

  /** The command was stopped. */
  stopping(): void {
    this.state = "stopping";
  }

  /** All have ended. */
  close(): void {
    const { json, quiet } = this.options;
    if (this.options.refusal() !== null) return;
    if (this.unbegun > 0)
      this.screen.say(`redes: ${shown(say("{files} not begun", { files: counted(this.unbegun, "file") }))}`);
    const text = this.summary.text((systemClock.now() - this.startedAt) / 1000);
    if (text !== null && !quiet && !json && this.state === "running") this.screen.say(text);
  }
}
