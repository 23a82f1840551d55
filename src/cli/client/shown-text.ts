import { columnsOf, windowOf } from "../../console/console.ts";
import { pagerFor, startPager } from "../../console/pager.ts";
import { canPaint } from "../colors.ts";
import { writeStdout } from "../output.ts";

/** The columns of the window that stdout leads to; null where it is no terminal. */
export function stdoutColumns(): number | null {
  return columnsOf(process.stdout);
}

/**
 * Writes a result to stdout, a long one on a terminal through the user's pager. False: a signal came first, whose name is the
 * reason of `stopped`. Rejects as `writeStdout` does.
 */
export async function showText(text: string, stopped: AbortSignal): Promise<boolean> {
  const size = windowOf(process.stdout);
  const command = size && canPaint() ? pagerFor(text, size, process.env) : null;
  if (command !== null) {
    const pager = startPager(command, text, process.env);
    const stop = () => {
      // Ctrl-C is the pager's.
      if (stopped.reason !== "SIGINT") pager.stop();
    };
    stopped.addEventListener("abort", stop);
    if (await pager.ended) return true;
  }
  const interrupted = new Promise<false>((resolve) => stopped.addEventListener("abort", () => resolve(false)));
  return Promise.race([writeStdout(`${text}\n`).then(() => true), interrupted]);
}
