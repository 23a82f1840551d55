import type { SourceStats } from "../transfer/download.ts";

/** Why a download failed, as far as exit codes tell it apart. */
export type FailureKind = "failed" | "no-such-file" | "unreachable" | "refused";

/** How a download ended: the last JSON line of `get --json` for a file. Sizes in bytes. */
export interface DownloadResult {
  readonly event: "done" | "failed";
  readonly name: string;
  readonly path: string;
  readonly size: number | null;
  /** The id of the version, by its name of now and its old one; null where it was not granted one. */
  readonly id: string | null;
  readonly hash: string | null;
  /** The plain BLAKE3 of the whole file, where it is known. */
  readonly blake3?: string;
  readonly seconds: number;
  readonly resumedBytes: number;
  readonly receivedBytes: number;
  readonly duplicateBytes: number;
  readonly retries: number;
  readonly sources: readonly SourceStats[];
  readonly error?: string;
}

export interface FinishedDownload {
  readonly result: DownloadResult;
  /** Null when it is done. */
  readonly failure: FailureKind | null;
  /** The work file in which what arrived is kept for the next try; null where nothing is. */
  readonly partFile: string | null;
}
