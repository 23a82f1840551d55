import { formatBytes, formatRate } from "./bytes.ts";
import { formatDate, formatDay, formatMinute, formatMoment, formatTime } from "./date.ts";
import { formatDuration } from "./duration.ts";
import { formatNumber, formatPercent } from "./number.ts";

/** How values are written in a locale. */
export interface Formats {
  number(value: number): string;
  /** 0 to 1. */
  percent(ratio: number): string;
  bytes(bytes: number): string;
  /** Bytes each second. */
  rate(bytesPerSecond: number): string;
  /** Seconds. */
  duration(seconds: number): string;
  /** Milliseconds since 1970, to the minute. */
  date(milliseconds: number): string;
  /** The day alone. */
  day(milliseconds: number): string;
  /** Milliseconds since 1970, to the second. */
  moment(milliseconds: number): string;
  /** The time of the day to the minute. */
  minute(milliseconds: number): string;
  /** The same to the second. */
  time(milliseconds: number): string;
}

export function formatsOf(locale: string): Formats {
  return {
    number: (value) => formatNumber(value, locale),
    percent: (ratio) => formatPercent(ratio, locale),
    bytes: (bytes) => formatBytes(bytes, locale),
    rate: (bytesPerSecond) => formatRate(bytesPerSecond, locale),
    duration: (seconds) => formatDuration(seconds, locale),
    date: (milliseconds) => formatDate(milliseconds, locale),
    day: (milliseconds) => formatDay(milliseconds, locale),
    moment: (milliseconds) => formatMoment(milliseconds, locale),
    minute: (milliseconds) => formatMinute(milliseconds, locale),
    time: (milliseconds) => formatTime(milliseconds, locale),
  };
}
