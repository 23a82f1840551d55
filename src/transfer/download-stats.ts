import type { Transitions } from "../platform/state-machine.ts";
import type { Hindrance } from "../protocol/shown/hindrance.ts";
import type { Source } from "./source.ts";

/**
 * `fetching-hashes`: no piece is fetched before the piece hashes are known and the sink is ready; `fetching` pieces;
 * `paused` by the user; `moving`: connections are being ended, as the sink goes on in another file; `closing`: connections are being ended; `over`: none writes any more.
 */
export type DownloadState = "fetching-hashes" | "fetching" | "paused" | "moving" | "closing" | "over";

export const DOWNLOAD_TRANSITIONS: Transitions<DownloadState> = {
  "fetching-hashes": ["fetching", "paused", "closing"],
  fetching: ["paused", "moving", "closing"],
  paused: ["fetching-hashes", "fetching", "closing"],
  moving: ["fetching", "closing"],
  closing: ["over"],
  over: [],
};

export interface SourceStats {
  readonly number: number;
  readonly address: string;
  readonly bytes: number;
  /** Answers that were wrong, broke the protocol or were broken off; absent when there were none. */
  readonly faults?: number;
}

/** What came from each source that gave anything, or was at fault, by number. */
export function sourceStats(
  sources: Iterable<Pick<Source, "number" | "address" | "bytes" | "faults">>,
): readonly SourceStats[] {
  return [...sources]
    .filter(({ bytes, faults }) => bytes + faults > 0)
    .map(({ number, address, bytes, faults }) => ({ number, address, bytes, ...(faults > 0 ? { faults } : {}) }))
    .sort((left, right) => left.number - right.number);
}

/** How far a download is. Sizes in bytes, the rate in bytes for each second. */
export interface DownloadStats {
  readonly state: DownloadState;
  readonly doneBytes: number;
  readonly resumedBytes: number;
  /** Of pieces that were copied from an older file here. */
  readonly reusedBytes: number;
  readonly receivedBytes: number;
  /** Received and of no use: pieces that came twice, wrong or in part. */
  readonly duplicateBytes: number;
  /** Pieces that had to be asked for again. */
  readonly retries: number;
  /** 0 while something hinders it: then the rate of before means nothing. */
  readonly rate: number;
  /** What it waits for; null while it goes on, or does not run. */
  readonly hindrance: Hindrance | null;
  readonly readySources: number;
  readonly sources: readonly SourceStats[];
}
