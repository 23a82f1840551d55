import { type BatchOutcome, BatchSummary, type Did } from "../../../client/batch/batch-summary.ts";
import type { FailureKind } from "../../../client/downloads/result.ts";
import { systemClock } from "../../../platform/clock.ts";
import { counted, english, say } from "../../../sentences/sentence.ts";
import { shown } from "../../../text/shown/sentence.ts";
import { type ExitCode, exitCodeOf } from "../../exit-codes.ts";
import type { ProgressScreen } from "../progress.ts";
import { type CentralRefusal, describeRefusal } from "../refusal.ts";

/** Names with a hint: the catalogue is looked through for each. */
const MAX_HINTS = 3;

/** How a download or an upload has ended. */
interface Finished {
  /** For programs. */
  readonly result: object;
  /** Null when it is done. */
  readonly failure: FailureKind | null;
}

export interface BatchReportOptions<One extends Finished> {
  readonly json: boolean;
  readonly quiet: boolean;
  /** What is done with the files, for people: `downloaded`, or `put`. */
  readonly did: Did;
  /** A line for people. `stopped`: whether that is because the command was. */
  line(finished: One, stopped: boolean): string;
  outcome(finished: One): BatchOutcome;
  /** Why the central is of no use any more; null while it is. */
  refusal(): CentralRefusal | null;
  /** What to add to the line of a file that there is not. */
  hint(finished: One): Promise<string>;
}

/** What a command tells of its files: a line for each, and one of all. */
export class BatchReport<One extends Finished> {
  readonly exitCodes = new Set<ExitCode>();
  private readonly summary: BatchSummary;
  private readonly startedAt = systemClock.now();
  private state: "running" | "stopping" = "running";
  /** Files that nothing was done for before the command was stopped. */
  private unbegun = 0;
  private hints = 0;

  constructor(
    private readonly screen: Pick<ProgressScreen, "result" | "say">,
    private readonly options: BatchReportOptions<One>,
  ) {
    this.summary = new BatchSummary(options.did);
  }

  async ended(finished: One, begun: boolean): Promise<void> {
    const { json, quiet } = this.options;
    const refusal = this.options.refusal();
    this.exitCodes.add(exitCodeOf(finished.failure));
    this.summary.add(this.options.outcome(finished));
    const error = refusal === null ? {} : { error: english(describeRefusal(refusal)) };
    if (json) await this.screen.result(JSON.stringify({ ...finished.result, ...error }));
    // One line about the central says it for all files.
    if (refusal !== null) return;
    const isStopped = this.state === "stopping";
    if (isStopped && !begun && finished.failure !== null) this.unbegun += 1;
    else if (finished.failure !== null) this.screen.say(`redes: ${await this.failureText(finished, isStopped)}`);
    else if (!quiet && !json) this.screen.say(this.options.line(finished, isStopped));
  }

  private async failureText(finished: One, isStopped: boolean): Promise<string> {
    const text = this.options.line(finished, isStopped);
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
