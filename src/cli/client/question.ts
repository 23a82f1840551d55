import type { CentralSession } from "../../client/central-session.ts";
import type { DownloadJobDeps } from "../../client/downloads/download-job-spec.ts";
import { oneRow } from "../../console/text.ts";
import { silentLog } from "../../platform/log/log.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import { isReaderGone } from "../output.ts";
import { terminalLog } from "../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../signals.ts";
import { clientOptions, clientParts } from "./parts.ts";
import { reportNoAnswer } from "./refusal.ts";
import { showText } from "./shown-text.ts";

/** What came of a question. */
export interface Answer {
  /** The result. */
  readonly text: string;
  /** What is not as it was wanted, each in a line for people. */
  readonly problems: readonly string[];
  readonly code: ExitCode;
}

type Question = (session: CentralSession, deps: DownloadJobDeps) => Promise<string | Answer>;

/** Asks the central once and prints the answer. Gives the exit code, or the signal that came first. */
export async function askCentral(values: Values, question: Question): Promise<ExitStatus> {
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
  const ask = async (): Promise<Answer> => {
    await parts.session.currentAttempt();
    const answer = await question(parts.session, parts.deps);
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
