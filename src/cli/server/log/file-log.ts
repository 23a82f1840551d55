import { createLog, type Log, type LogOptions, type VerboseLog } from "../../../platform/log/log.ts";
import { LogFile } from "../../../platform/log/log-file.ts";
import { systemLogStorage } from "../../../platform/log/log-storage.ts";
import { plural } from "../../../platform/units.ts";

/** A log whose lines go to a file. */
export interface FileLog {
  readonly log: VerboseLog;
  /** Opens the file anew. */
  reopen(): void;
  /** Resolves when all lines are in the file. */
  flushed(): Promise<void>;
  /** Writes what ends the process, before it returns. */
  lastWords(message: string): void;
}

/** `shown`: where it is told that the file cannot be written, and `show` takes the lines that it did not take. */
export function fileLog(
  path: string,
  options: Omit<LogOptions, "colors">,
  shown: Log,
  show: (line: string) => void,
): FileLog {
  const file = new LogFile(systemLogStorage, path, {
    failed(lines, reason) {
      const text = `${reason}: its lines come here until that is possible again`;
      if (reason !== null) shown.error("log-file", text, { path });
      for (const line of lines) show(line);
    },
    recovered(missing) {
      log.warn("log-file", `the log goes on here; ${plural(missing, "line")} before could not be written`, { missing });
    },
  });
  let write = (line: string) => file.write(line);
  const log = createLog({ ...options, colors: false }, (line) => write(line));
  return {
    log,
    reopen() {
      file.reopen();
      log.info("log-reopened", "the log file was opened anew");
    },
    flushed: () => file.flushed(),
    lastWords(message) {
      write = (line) => file.writeNow(line);
      log.error("fault", message);
    },
  };
}
