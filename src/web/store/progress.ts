import type { Download } from "./page-state.ts";

/** Milliseconds over which a rate is smoothed, so that its digits can be read. */
const SMOOTHING_MS = 3000;
/** Milliseconds between two measurements at least: over a shorter time a rate says little. */
const MIN_INTERVAL_MS = 200;

/** A download whose client has so many bytes at a time, in milliseconds since 1970. */
export function withProgress(download: Download, bytes: number, at: number): Download {
  // What was known before the progress was gathered may be more.
  if (bytes < download.bytes) return download;
  const { measuredAt, rate } = download;
  if (measuredAt === null) return { ...download, bytes, measuredAt: at };
  const elapsed = at - measuredAt;
  if (elapsed < MIN_INTERVAL_MS) return download;
  const measured = ((bytes - download.bytes) / elapsed) * 1000;
  const weight = rate === null ? 1 : 1 - Math.exp(-elapsed / SMOOTHING_MS);
  return { ...download, bytes, measuredAt: at, rate: (rate ?? 0) * (1 - weight) + measured * weight };
}
