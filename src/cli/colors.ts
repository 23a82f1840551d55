import { isTerminal } from "./streams/standard-streams.ts";

/** Whether what is written to a stream may hold escape codes for colors (see no-color.org). */
export function wantsColors(stream: "stdout" | "stderr"): boolean {
  return !process.env.NO_COLOR && canPaint() && isTerminal(stream);
}

/** Whether a terminal understands escape codes at all. */
export function canPaint(): boolean {
  return process.env.TERM !== "dumb";
}
