import type { CentralSession } from "../../client/central-session.ts";
import type { DownloadJobDeps } from "../../client/downloads/download-job-spec.ts";
import { askForWholeList } from "../../client/selection/whole-list.ts";
import { oneRow } from "../../console/text.ts";
import { systemClock } from "../../platform/clock.ts";
import { silentLog } from "../../platform/log/log.ts";
import { say } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import { shownDuration } from "../../text/shown/numbers.ts";
import { shown } from "../../text/shown/sentence.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import { WHOLE_LIST_WAIT_S } from "../flags/client-flags.ts";
import type { Values } from "../flags/values.ts";
import { isReaderGone } from "../output.ts";
import { terminalLog } from "../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../signals.ts";
import { clientOptions, clientParts } from "./parts.ts";
import { reportNoAnswer } from "./refusal.ts";
import { showText } from "./shown-text.ts";

/** What came of a question. */
export interface CommandAnswer {
  /** The result. */
  readonly text: string;
  /** What is not as it was wanted, each in a line for people. */
  readonly problems: readonly string[];
  readonly code: ExitCode;
}

/** What a question asks with. */
export interface Asking {
  readonly session: CentralSession;
  readonly deps: DownloadJobDeps;
  /** Asks what the central answers only when it knows all files: again, for some seconds, after it was started anew. */
  whole<Result>(ask: () => Promise<Result>): Promise<Result>;
}

type CentralQuestion = (asking: Asking) => Promise<string | CommandAnswer>;

/**
 * Asks the central once and prints the answer. `waitMs`: for how long where it does not know all files yet. Gives the exit
 * code, or the signal that came first.
 */
export async function askCentral(
  values: Values,
  question: CentralQuestion,
  waitMs = values.seconds("wait", WHOLE_LIST_WAIT_S),
): Promise<ExitStatus> {
  const options = await clientOptions(values);
  const stop = new AbortController();
  const interrupted = new Promise<EndSignal>((resolve) => {
    stop.signal.addEventListener("abort", () => resolve(stop.signal.reason as EndSignal));
  });
  onSignals((signal) => stop.abort(signal));
  const verbosity = values.verbosity();
  // A script that wants an answer gets it or one line that says why not.
  const log = verbosity === "verbose" ? terminalLog({ verbosity }).log : silentLog;
  const parts = clientParts(options, log, () => {});
  const whole = <Result>(ask: () => Promise<Result>) =>
    askForWholeList({
      ...{ clock: systemClock, session: parts.session, giveUpAfterMs: waitMs, cancelled: stop.signal, ask },
      waits: (reason) => noteWait(values, waitMs, reason),
    });
  const ask = async (): Promise<CommandAnswer> => {
    await parts.session.currentAttempt();
    const answer = await question({ session: parts.session, deps: parts.deps, whole });
    return typeof answer === "string" ? { text: answer, problems: [], code: EXIT.done } : answer;
  };
  try {
    const answer = await Promise.race([ask(), interrupted]).finally(() => parts.stop());
    if (typeof answer === "string") return answer;
    for (const problem of answer.problems) process.stderr.write(`redes: ${oneRow(problem)}\n`);
    if (answer.text !== "" && !(await showText(answer.text, stop.signal))) return await interrupted;
    return answer.code;
  } catch (error) {
    // `| head` has what it wanted.
    if (isReaderGone(error)) return EXIT.done;
    if (error instanceof UsageError) throw error;
    return reportNoAnswer(error, options);
  }
}

/** Tells somebody at a terminal what a command waits for that would else just stand there. */
export function noteWait(values: Values, waitMs: number, reason: unknown): void {
  if (process.stderr.isTTY !== true || values.verbosity() === "quiet") return;
  const note = say("waiting {duration} at most, Ctrl-C ends it: {reason}", {
    ...{ duration: shownDuration(waitMs / 1000), reason: toldOf(reason) },
  });
  process.stderr.write(`redes: ${oneRow(shown(note))}\n`);
}
