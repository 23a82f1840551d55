import type { CentralSession } from "../../client/central-session.ts";
import { silentLog } from "../../platform/log/log.ts";
import { EXIT } from "../exit-codes.ts";
import type { Values } from "../flags/values.ts";
import { isReaderGone, writeStdout } from "../output.ts";
import { terminalLog } from "../server/terminal-log.ts";
import { onSignals } from "../signals.ts";
import { clientOptions, clientParts } from "./parts.ts";
import { reportNoAnswer } from "./refusal.ts";

/** Asks the central once and prints the answer. Gives the exit code. */
export async function askCentral(
  values: Values,
  question: (session: CentralSession) => Promise<string>,
): Promise<number> {
  const options = await clientOptions(values);
  const interrupted = new Promise<"interrupted">((resolve) => onSignals(() => resolve("interrupted")));
  const verbosity = values.verbosity();
  // A script that wants an answer gets it or one line that says why not.
  const log = verbosity === "verbose" ? terminalLog({ verbosity }).log : silentLog;
  const parts = clientParts(options, log, () => {});
  const answer = async () => {
    await parts.session.currentAttempt();
    await writeStdout(`${await question(parts.session)}\n`);
  };
  try {
    return (await Promise.race([answer(), interrupted])) === "interrupted" ? EXIT.failed : EXIT.done;
  } catch (error) {
    // `| head` has what it wanted.
    if (isReaderGone(error)) return EXIT.done;
    return reportNoAnswer(error, options);
  } finally {
    await parts.stop();
  }
}
