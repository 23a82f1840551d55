import { formatNumber } from "./number.ts";

const [MINUTE_S, HOUR_S, DAY_S] = [60, 3600, 86_400];

/** Seconds as `4 s`, `3 min 5 s`, `2 h 4 min` or `3 d 4 h`: the symbols are the same in every language. */
export function formatDuration(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE_S) return one(whole, "s", locale);
  if (whole < HOUR_S) return two(whole, MINUTE_S, "min", 1, "s", locale);
  if (whole < DAY_S) return two(whole, HOUR_S, "h", MINUTE_S, "min", locale);
  return two(whole, DAY_S, "d", HOUR_S, "h", locale);
}

function two(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string, locale: string) {
  const rest = Math.floor((seconds % large) / small);
  return `${one(Math.floor(seconds / large), largeUnit, locale)} ${one(rest, smallUnit, locale)}`;
}

function one(value: number, unit: string, locale: string): string {
  return `${formatNumber(value, locale)}\u00a0${unit}`;
}
