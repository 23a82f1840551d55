import { Painter } from "../../console/interactive/painter.ts";
import { PROGRESS_LINE_INTERVAL_MS, type ProgressItem, renderPlain } from "../../console/progress.ts";
import { oneRow } from "../../console/text.ts";
import { renderPlainTotal, type TotalProgress } from "../../console/total.ts";
import { every, systemClock } from "../../platform/clock.ts";
import { shownError } from "../../text/shown/sentence.ts";
import { texts } from "../../text/texts.ts";
import { canPaint } from "../colors.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { isReaderGone, writeStdout } from "../output.ts";
import type { TerminalLog } from "../server/terminal-log.ts";
import { isTerminal, streamOf, writeStderr } from "../streams/standard-streams.ts";

/** Milliseconds between two updates of the bars: ten in a second look smooth. */
const PROGRESS_INTERVAL_MS = 100;

/** What goes on and takes its time. */
interface ProgressSource {
  progress(): readonly ProgressItem[];
  /** How far all of it is together; absent or null where there is nothing more to say. */
  total?(): TotalProgress | null;
}

/** What a command without a console shows of its downloads. */
export interface ProgressScreen {
  /** A result, to stdout. */
  result(line: string): Promise<void>;
  /** Why a result could not be written, unless its reader has gone away; null when each could. */
  unwritten(): Error | null;
  /** A line for people, to stderr. */
  say(line: string): void;
  /** Takes the bars away. */
  close(): void;
}

/** Shows bars on a terminal, and a line every few seconds elsewhere; without `bars` neither. */
export function showProgress(work: ProgressSource, terminal: TerminalLog, { bars }: { bars: boolean }): ProgressScreen {
  const writeError = (line: string) => writeStderr(`${line}\n`);
  const say = (line: string) => writeError(oneRow(line));
  let failure: Error | null = null;
  // The downloads go on: the failure is reported at the end.
  const result = (line: string) =>
    writeStdout(`${line}\n`).catch((error: Error) => {
      if (!isReaderGone(error)) failure ??= error;
    });
  const unwritten = () => failure;
  if (!bars) return { result, unwritten, say, close() {} };
  if (!isTerminal("stderr") || !canPaint()) {
    const cancel = every(systemClock, PROGRESS_LINE_INTERVAL_MS, () => plainLine(work, writeError));
    return { result, unwritten, say, close: cancel };
  }
  const painter = new Painter(systemClock, streamOf("stderr"), () => null);
  const paint = (line: string) => painter.text(line);
  terminal.redirect(paint);
  const cancel = every(systemClock, PROGRESS_INTERVAL_MS, () => {
    painter.items(work.progress(), work.total?.() ?? null);
  });
  return {
    result: async (line) => (isTerminal("stdout") ? paint(line) : result(line)),
    unwritten,
    say: paint,
    close() {
      cancel();
      painter.items([]);
      painter.close();
      terminal.redirect(writeError);
    },
  };
}

/** Says that results could not be written, where that is so; gives the exit code that follows. */
export function reportUnwritten(screen: Pick<ProgressScreen, "unwritten">): ExitCode {
  const error = screen.unwritten();
  if (error === null) return EXIT.done;
  writeStderr(`redes: ${oneRow(shownError(error))}\n`);
  return EXIT.failed;
}

function plainLine(work: ProgressSource, write: (line: string) => void): void {
  const total = work.total?.() ?? null;
  if (total) return write(renderPlainTotal(total));
  const [first, ...others] = work.progress();
  if (!first) return;
  const line = renderPlain(first);
  write(others.length > 0 ? texts().downloads.andOthers(line, others.length) : line);
}
