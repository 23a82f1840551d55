import { dateFormat } from "./intl-cache.ts";

/** The day and the minute: `28 Nov 2026, 19:38`. `milliseconds`: since 1970. */
export function formatDate(milliseconds: number, locale: string): string {
  return dateFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(milliseconds);
}

/** The day alone, where there is little room. */
export function formatDay(milliseconds: number, locale: string): string {
  return dateFormat(locale, { dateStyle: "medium" }).format(milliseconds);
}

/** With the second, for what happened lately. */
export function formatMoment(milliseconds: number, locale: string): string {
  return dateFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(milliseconds);
}

/** The time of the day without its second. */
export function formatMinute(milliseconds: number, locale: string): string {
  return dateFormat(locale, { timeStyle: "short" }).format(milliseconds);
}

/** The time of the day with its second. */
export function formatTime(milliseconds: number, locale: string): string {
  return dateFormat(locale, { timeStyle: "medium" }).format(milliseconds);
}
