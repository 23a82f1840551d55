import { writeSync } from "node:fs";
import type { Trace } from "../world/simulation.ts";

/** Bytes of text that are written at once. */
const CHUNK = 64 * 1024;

/** Writes a trace to stdout: the time in milliseconds, who, what. `flush` writes what is left. */
export function traceLines(): { readonly trace: Trace; flush(): void } {
  let text = "";
  const flush = () => {
    for (let bytes = Buffer.from(text); bytes.length > 0; ) bytes = bytes.subarray(writeSync(1, bytes));
    text = "";
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
