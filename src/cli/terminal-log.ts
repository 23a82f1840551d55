import { createLog, type Log, type LogFormat } from "../base/log.ts";
import { wantsColors } from "./colors.ts";

/** Where log lines go until a console takes them over, and the log that writes there. */
export interface TerminalLog {
  readonly log: Log;
  readonly format: LogFormat;
  /** From here on lines go to `write` instead of straight to stderr. */
  redirect(write: (line: string) => void): void;
}

/** A log on stderr. */
export function terminalLog(format: LogFormat): TerminalLog {
  let write = (line: string) => {
    process.stderr.write(`${line}\n`);
  };
  const colors = format === "text" && wantsColors(process.stderr);
  const log = createLog({ format, colors }, (line) => write(line));
  return {
    log,
    format,
    redirect(next) {
      write = next;
    },
  };
}
