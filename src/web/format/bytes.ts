import { numberFormat } from "./intl-cache.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const KIB = 1024;

/** `1536` → `1.5 KiB`. The space does not break. */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes;
  let unit = 0;
  // What would be rounded up to 1024 is shown in the next unit.
  while (value >= KIB - 0.05 && unit < UNITS.length - 1) {
    value /= KIB;
    unit += 1;
  }
  const digits = unit === 0 ? 0 : 1;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${numberFormat(locale, options).format(value)}\u00a0${UNITS[unit]}`;
}

/** Bytes each second, as `1.5 MiB/s`. */
export function formatRate(bytesPerSecond: number, locale: string): string {
  return `${formatBytes(Math.round(bytesPerSecond), locale)}/s`;
}
