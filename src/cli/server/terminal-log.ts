import { createLog, type LogFormat, type VerboseLog, type Verbosity } from "../../platform/log/log.ts";
import { setFaultReporter, writeStderrSync } from "../../platform/process/crash.ts";
import { wantsColors } from "../colors.ts";

/** Where log lines go until a console takes them over, and the log that writes there. */
export interface TerminalLog {
  readonly log: VerboseLog;
  readonly format: LogFormat;
  /** From here on lines go to `write` instead of straight to stderr. */
  redirect(write: (line: string) => void): void;
}

export interface TerminalLogOptions {
  readonly format?: LogFormat;
  readonly verbosity?: Verbosity;
}

/** To the beginning of the row, and everything from there on away. */
const CLEAR_BELOW = "\r\x1b[J";

/** A log on stderr. */
export function terminalLog({ format = "text", verbosity = "normal" }: TerminalLogOptions = {}): TerminalLog {
  let write = (line: string) => {
    process.stderr.write(`${line}\n`);
  };
  const colors = format === "text" && wantsColors(process.stderr);
  const log = createLog({ format, verbosity, colors }, (line) => write(line));
  setFaultReporter((message) => {
    // Not through a stream or a console, which would not get to it any more; over the console's prompt, if there is one.
    write = (line) => writeStderrSync(process.stderr.isTTY ? `${CLEAR_BELOW}${line}` : line);
    log.error("fault", message);
  });
  return {
    log,
    format,
    redirect(next) {
      write = next;
    },
  };
}
