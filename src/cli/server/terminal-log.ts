import { createLog, type LogFormat, type VerboseLog, type Verbosity } from "../../platform/log/log.ts";
import { setFaultReporter, writeStderrSync } from "../../platform/process/crash.ts";
import { shown } from "../../text/shown/sentence.ts";
import { wantsColors } from "../colors.ts";
import { streamOf } from "../streams/standard-streams.ts";
import { fileLog } from "./log/file-log.ts";

/** Where log lines go until a console takes them over, and the log that writes there. */
export interface TerminalLog {
  readonly log: VerboseLog;
  readonly format: LogFormat;
  /** From here on lines go to `write` instead of straight to stderr; those of a log file still go there. */
  redirect(write: (line: string) => void): void;
  /** Where lines go in the place of stderr; null: nowhere. */
  readonly file: string | null;
  /** Opens the log file anew; null: there is none. */
  readonly reopen: (() => void) | null;
  /** Resolves when all lines are in the log file. */
  flushed(): Promise<void>;
}

export interface TerminalLogOptions {
  readonly format?: LogFormat;
  readonly verbosity?: Verbosity;
  /** Whether lines of text have the date, and are English, as those of servers, which many read and search. */
  readonly dates?: boolean;
  /** A file for the lines, in the place of stderr; null or absent: none. */
  readonly file?: string | null;
}

/** To the beginning of the row, and everything from there on away. */
const CLEAR_BELOW = "\r\x1b[J";

/** A log on stderr, or in a file. */
export function terminalLog(options: TerminalLogOptions = {}): TerminalLog {
  const { format = "text", verbosity = "normal", dates = false, file = null } = options;
  let write = (line: string) => {
    streamOf("stderr").write(`${line}\n`);
  };
  const shape = { format, verbosity, dates, ...(dates ? {} : { spoken: shown }) };
  const colors = () => format === "text" && wantsColors("stderr");
  const screen = createLog({ ...shape, colors }, (line) => write(line));
  const filed = file === null ? null : fileLog(file, shape, screen, (line) => write(line));
  setFaultReporter((message) => {
    // Not through a stream or a console, which would not get to it any more; over the console's prompt, if there is one.
    write = (line) => writeStderrSync(process.stderr.isTTY ? `${CLEAR_BELOW}${line}` : line);
    screen.error("fault", message);
    filed?.lastWords(message);
  });
  return {
    log: filed?.log ?? screen,
    format,
    file,
    redirect(next) {
      write = next;
    },
    reopen: filed && (() => filed.reopen()),
    flushed: async () => filed?.flushed(),
  };
}
