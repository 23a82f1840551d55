import type { Messages } from "../../protocol/messages/messages.ts";
import { english, type Told } from "../../sentences/sentence.ts";
import type { DownloadStats, SourceStats } from "../../transfer/download.ts";
import { CentralUnreachable, isRefusal } from "../central-errors.ts";
import { type Destination, destinationLabel } from "./destination.ts";

/** Why a download failed; each kind has an exit code. */
export type FailureKind = "failed" | "no-such-file" | "unreachable" | "refused";

/** Why the central could not be asked what is meant. */
export function failureKindOf(error: unknown): FailureKind {
  if (isRefusal(error)) return "refused";
  return error instanceof CentralUnreachable ? "unreachable" : "failed";
}

/** How a download ended: the last JSON line of `get --json` for a file. Sizes in bytes. */
export interface DownloadResult {
  readonly event: "done" | "failed";
  readonly name: string;
  readonly path: string;
  readonly size: number | null;
  /** The id of the version (`hash` is its old name); null when no version was granted. */
  readonly id: string | null;
  readonly hash: string | null;
  /** The plain BLAKE3 hash of the whole file; absent when it is unknown. */
  readonly blake3?: string;
  /** Its SHA-256, in the same way. */
  readonly sha256?: string;
  readonly seconds: number;
  readonly resumedBytes: number;
  /** Of pieces that were copied from the older file in its place; absent where none were. */
  readonly reusedBytes?: number;
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
  /** Whether the file was there already, with that content: nothing had to come. A file of zeros comes without a byte. */
  readonly present: boolean;
  /** What `error` says, for people; absent when it is done. */
  readonly why?: Told;
  /** The path of the work file that keeps what arrived for the next try; null when there is none. */
  readonly partFile: string | null;
}

type TransferStats = Pick<
  DownloadStats,
  "resumedBytes" | "reusedBytes" | "receivedBytes" | "duplicateBytes" | "retries" | "sources"
>;

/** The statistics of a download that has transferred nothing. */
const NO_TRANSFER: TransferStats = {
  resumedBytes: 0,
  reusedBytes: 0,
  receivedBytes: 0,
  duplicateBytes: 0,
  retries: 0,
  sources: [],
};

/** The result of a download that has ended after so many milliseconds. `error`: null when it is done. */
export function downloadResult(
  file: { readonly name: string; readonly destination: Destination },
  grant: Pick<Messages["granted"], "id" | "size" | "blake3" | "sha256"> | null,
  transfer: TransferStats | null,
  milliseconds: number,
  error: Told | null,
): DownloadResult {
  const { resumedBytes, reusedBytes, receivedBytes, duplicateBytes, retries, sources } = transfer ?? NO_TRANSFER;
  const { blake3 = null, sha256 = null } = grant ?? {};
  const id = grant?.id ?? null;
  return {
    event: error === null ? "done" : "failed",
    name: file.name,
    path: destinationLabel(file.destination),
    size: grant?.size ?? null,
    id,
    hash: id,
    ...(blake3 === null ? {} : { blake3 }),
    ...(sha256 === null ? {} : { sha256 }),
    seconds: Math.round(milliseconds) / 1000,
    resumedBytes,
    ...(reusedBytes > 0 ? { reusedBytes } : {}),
    receivedBytes,
    duplicateBytes,
    retries,
    sources,
    ...(error === null ? {} : { error: english(error) }),
  };
}

/** What a download says of its end that has failed so; null: it is done. */
export function whyOf(error: Told | null): Pick<FinishedDownload, "why"> {
  return error === null ? {} : { why: error };
}
