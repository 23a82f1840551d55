import { formatBytes, formatDuration, formatRate } from "../../platform/units.ts";
import { texts } from "../texts.ts";

/** Sizes, rates and times for people, as they are written in the language of this process. */

export function shownBytes(bytes: number): string {
  return texts().common.decimal(formatBytes(bytes));
}

/** Bytes for each second. */
export function shownRate(bytesPerSecond: number): string {
  return texts().common.decimal(formatRate(bytesPerSecond));
}

export function shownDuration(seconds: number): string {
  return texts().common.decimal(formatDuration(seconds));
}

const [MINUTE_S, HOUR_S, DAY_S] = [60, 3600, 86_400];

/** Seconds in one unit, rounded up, in six columns at most: `24 s`, `3 min`, `14 h`, `5 d`. */
export function shortDuration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (seconds < 100 * MINUTE_S) return `${Math.ceil(seconds / MINUTE_S)} min`;
  return seconds < 100 * HOUR_S ? `${Math.ceil(seconds / HOUR_S)} h` : `${Math.ceil(seconds / DAY_S)} d`;
}
