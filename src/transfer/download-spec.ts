import type { Clock } from "../platform/clock.ts";
import { DiskError, type DiskFailure } from "../platform/disk/disk.ts";
import type { Log } from "../platform/log/log.ts";
import type { Random } from "../platform/random.ts";
import type { Role } from "../protocol/messages/session.ts";
import type { Version } from "../protocol/versions/version.ts";
import type { Told } from "../sentences/sentence.ts";
import { toldOf } from "../sentences/sentence-error.ts";
import type { ConnectionHost } from "./connection/messages.ts";
import type { Sink } from "./sinks/sink.ts";

export type DownloadOutcome = { readonly kind: "done" } | { readonly kind: "cancelled" } | FailedDownload;

/** `disk`: why the disk refused, where it did. */
export interface FailedDownload {
  readonly kind: "failed";
  readonly message: Told;
  readonly disk?: DiskFailure;
}

/** The outcome of a download in which `error` was thrown. */
export function failureFrom(error: unknown): FailedDownload {
  const message = toldOf(error);
  return { kind: "failed", message, ...(error instanceof DiskError ? { disk: error.failure } : {}) };
}

export interface DownloadSpec {
  readonly name: string;
  readonly version: Version;
  /** The client's download id; null for a copy between secondaries. */
  readonly download: string | null;
  readonly role: Exclude<Role, "central">;
  /** Milliseconds without a byte from any source before giving up. */
  readonly stallTimeoutMs: number;
  /** The number of the secondary that copies; null for a client. */
  readonly copyingSecondary: number | null;
}

export interface DownloadDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly connections: ConnectionHost;
  readonly log: Log;
  readonly sink: Sink;
  /** Whether a limit of this process holds the sources back now. Absent: there is none. */
  readonly isLimited?: () => boolean;
}

export interface DownloadEvents {
  /** A source sent a wrong piece, or (null) broke the protocol. */
  faultFound(number: number, piece: number | null): void;
  /** A piece is here and verified: others may have it from here. */
  pieceAvailable(piece: number): void;
  /** No source delivers, and why. Not called again before bytes have come. */
  noSources(why: Told): void;
}

/** Has the sink keep what has come, or leave it for another try. Gives how the download has ended by that. */
export async function endSink(sink: Sink, outcome: DownloadOutcome): Promise<DownloadOutcome> {
  try {
    if (outcome.kind === "done") await sink.finish();
    else await sink.abandon();
    return outcome;
  } catch (error) {
    return failureFrom(error);
  }
}
