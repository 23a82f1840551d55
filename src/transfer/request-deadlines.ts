import { DATA_HEARTBEAT, GREETING_TIMEOUT_MS } from "../protocol/timing.ts";
import { PROGRESS_TIMEOUT_MS } from "./connection/progress-deadline.ts";

/** A source that has the whole file says so at once. After this many milliseconds without an answer it is stuck. */
export const OPEN_TIMEOUT_MS = 20_000;
/**
 * Milliseconds for a source that is itself copying the file: it answers when its copy begins, which may wait for
 * others.
 */
export const OPEN_PARTIAL_TIMEOUT_MS = 120_000;
/** Milliseconds for the piece hashes: at most 512 KiB, which the slowest useful link carries in this time. */
export const HASHES_TIMEOUT_MS = 20_000;
/**
 * Milliseconds without a byte, although pieces are requested. Then pieces that only this source can give are taken
 * back.
 */
export const STALLED_PIECE_TIMEOUT_MS = 20_000;

export interface RequestDeadline {
  /** The class that watches the time. */
  readonly setBy: string;
  /** Milliseconds without an answer, or without progress of it. */
  readonly afterMs: number;
  readonly outcome: string;
}

/**
 * Every message to a source that wants an answer, and what ends the wait for it. Before them all, a TCP connection is
 * given up after `CONNECT_TIMEOUT_MS` (net/transport/tcp.ts). Above them all, a {@link StallTimeout} ends a download to
 * which no source has sent anything for long.
 *
 * Pieces that are kept in memory, and that another source has, are requested of that source as well as soon as it is
 * idle (hedging.ts), so the first source may be silent for longer.
 */
export const REQUEST_DEADLINES = {
  hello: { setBy: "Channel", afterMs: GREETING_TIMEOUT_MS, outcome: "the connection ends, the source is tried again" },
  ping: {
    setBy: "Heartbeat",
    afterMs: DATA_HEARTBEAT.deadAfterMs,
    outcome: "the connection ends, the source is tried again",
  },
  open: { setBy: "Source", afterMs: OPEN_TIMEOUT_MS, outcome: "the source is disconnected and tried again" },
  manifest: { setBy: "Source", afterMs: HASHES_TIMEOUT_MS, outcome: "the source is disconnected and tried again" },
  piece: {
    setBy: "Scheduler",
    afterMs: STALLED_PIECE_TIMEOUT_MS,
    outcome: "the source is disconnected and tried again, others are asked for its pieces",
  },
  files: {
    setBy: "ProgressDeadline",
    afterMs: PROGRESS_TIMEOUT_MS,
    outcome: "the copy fails, the central orders it again",
  },
} as const satisfies Record<string, RequestDeadline>;
