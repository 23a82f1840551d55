import type { Trace } from "../world/simulation.ts";
import { ReaderGone, writeStdout } from "./stdout.ts";

/** Bytes of text that are written at once. */
const CHUNK = 64 * 1024;

/**
 * Writes a trace to stdout: the time in milliseconds, who, what. `flush` writes what is left. A run does not break off in
 * the middle of an event because nobody reads any more.
 */
export function traceLines(): { readonly trace: Trace; flush(): void } {
  let text = "";
  const flush = () => {
    const all = text;
    text = "";
    try {
      writeStdout(all);
    } catch (error) {
      if (!(error instanceof ReaderGone)) throw error;
    }
  };
  return {
    trace: (at, who, what) => {
      text += traceLine(at, who, what);
      if (text.length > CHUNK) flush();
    },
    flush,
  };
}

/** One line of a trace. */
export function traceLine(...[at, who, what]: Parameters<Trace>): string {
  return `${at.toFixed(3).padStart(12)} ${who.padEnd(14)} ${what}\n`;
}
