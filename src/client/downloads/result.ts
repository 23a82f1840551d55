import type { Messages } from "../../protocol/messages/messages.ts";
import type { DownloadStats, SourceStats } from "../../transfer/download.ts";
import { type Destination, destinationLabel } from "./destination.ts";

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

type TransferStats = Pick<DownloadStats, "resumedBytes" | "receivedBytes" | "duplicateBytes" | "retries" | "sources">;

/** Of a download that has transferred nothing. */
const NO_TRANSFER: TransferStats = { resumedBytes: 0, receivedBytes: 0, duplicateBytes: 0, retries: 0, sources: [] };

/** What is known of a download that has ended. `milliseconds`: how long it took; `error`: null when it is done. */
export function downloadResult(
  file: { readonly name: string; readonly destination: Destination },
  grant: Pick<Messages["granted"], "id" | "size" | "blake3"> | null,
  transfer: TransferStats | null,
  milliseconds: number,
  error: string | null,
): DownloadResult {
  const { resumedBytes, receivedBytes, duplicateBytes, retries, sources } = transfer ?? NO_TRANSFER;
  const blake3 = grant?.blake3 ?? null;
  const id = grant?.id ?? null;
  return {
    event: error === null ? "done" : "failed",
    name: file.name,
    path: destinationLabel(file.destination),
    size: grant?.size ?? null,
    id,
    hash: id,
    ...(blake3 === null ? {} : { blake3 }),
    seconds: Math.round(milliseconds) / 1000,
    resumedBytes,
    receivedBytes,
    duplicateBytes,
    retries,
    sources,
    ...(error === null ? {} : { error }),
  };
}
