import type { DownloadAnswer } from "../central-answers.ts";

export interface DownloadBytes {
  readonly size: number;
  /** That the client has. */
  readonly bytes: number;
  /** Bytes in a second; null where that is not known. */
  readonly rate: number | null;
  readonly sources: Iterable<number>;
}

/** How far a download is. */
export function progressOf({
  bytes,
  size,
  rate,
  sources,
}: DownloadBytes): Pick<DownloadAnswer, "bytes" | "rate" | "left" | "sources"> {
  const left = rate !== null && rate >= 1 ? Math.ceil((size - bytes) / rate) : null;
  return { bytes, rate: rate === null ? null : Math.round(rate), left, sources: [...sources] };
}

/** Since when it runs. Both in milliseconds on the steady clock; `startedAt` null: it waits. */
export function phaseOf(startedAt: number | null, now: number): Pick<DownloadAnswer, "state" | "seconds"> {
  if (startedAt === null) return { state: "waiting", seconds: null };
  return { state: "active", seconds: (now - startedAt) / 1000 };
}
