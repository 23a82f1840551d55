import { numberFormat } from "./intl-cache.ts";

/** With the digits of the locale in groups, also where some locales write four digits without. */
export function formatNumber(value: number, locale: string): string {
  return numberFormat(locale, { useGrouping: "always" }).format(value);
}

/** `ratio`: 0 to 1. Never 100 % before all is there. */
export function formatPercent(ratio: number, locale: string): string {
  const shown = ratio < 1 ? Math.floor(Math.max(ratio, 0) * 100) / 100 : 1;
  return numberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(shown);
}
