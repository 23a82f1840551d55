import { delay, systemClock } from "../../../platform/clock.ts";
import type { LogFormat } from "../../../platform/log/log.ts";
import { messageOf } from "../../../sentences/sentence-error.ts";
import { terminalLog } from "../terminal-log.ts";

/** Milliseconds for a line to be in the log file. */
const OUTPUT_TIMEOUT_MS = 500;

/** Says in the log why a server did not start: programs look there. Resolves when it is written. */
export async function logFailure(error: unknown, format: LogFormat, file: string | null): Promise<void> {
  const terminal = terminalLog({ format, file, dates: true });
  terminal.log.error("failed", messageOf(error));
  await Promise.race([terminal.flushed(), delay(systemClock, OUTPUT_TIMEOUT_MS)]);
}
