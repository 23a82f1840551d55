import type { ApiFailure } from "../../api/api-result.ts";

/**
 * `exists`: there is a file of that name, and whoever looks at the page must say whether it is replaced; `storing`: all of it is
 * sent, and is on its way to a secondary.
 */
export type UploadPhase = "waiting" | "asking" | "exists" | "sending" | "storing" | "done" | "failed";

/** A file of this computer on its way into the cluster. */
export interface BrowserUpload {
  readonly id: number;
  /** That it is to have in the cluster. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly phase: UploadPhase;
  /** Bytes that have left this computer. */
  readonly sent: number;
  /** When the first did, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Bytes each second since then; null: not known yet. */
  readonly rate: number | null;
  /** Of one that has failed. */
  readonly failure: ApiFailure | null;
}

const OPEN: readonly UploadPhase[] = ["waiting", "asking", "sending", "storing"];

/** Whether it goes on by itself. */
export function isOpen({ phase }: Pick<BrowserUpload, "phase">): boolean {
  return OPEN.includes(phase);
}

/** Seconds until it is sent; null: not known. */
export function secondsLeft({ phase, size, sent, rate }: BrowserUpload): number | null {
  return phase === "sending" && rate ? (size - sent) / rate : null;
}

/** All of them together. */
export interface UploadTotals {
  readonly files: number;
  readonly done: number;
  readonly failed: number;
  readonly open: number;
  readonly exist: number;
  /** Bytes of all but those that have failed. */
  readonly size: number;
  readonly sent: number;
  readonly rate: number;
}

export function totalsOf(uploads: readonly BrowserUpload[]): UploadTotals {
  const count = (is: (upload: BrowserUpload) => boolean) => uploads.filter(is).length;
  const counted = uploads.filter(({ phase }) => phase !== "failed");
  const sum = (of: (upload: BrowserUpload) => number) => counted.reduce((total, upload) => total + of(upload), 0);
  return {
    files: uploads.length,
    done: count(({ phase }) => phase === "done"),
    failed: count(({ phase }) => phase === "failed"),
    open: count(isOpen),
    exist: count(({ phase }) => phase === "exists"),
    size: sum(({ size }) => size),
    sent: sum(({ phase, size, sent }) => (phase === "done" ? size : sent)),
    rate: sum(({ phase, rate }) => (phase === "sending" ? (rate ?? 0) : 0)),
  };
}

/** What people are shown first: what waits for them, then what goes on, what has failed, what waits for its turn, what is done. */
const ORDER: readonly UploadPhase[] = ["exists", "sending", "storing", "asking", "failed", "waiting", "done"];

export function inShownOrder(uploads: readonly BrowserUpload[]): BrowserUpload[] {
  return uploads.toSorted((one, other) => ORDER.indexOf(one.phase) - ORDER.indexOf(other.phase) || one.id - other.id);
}
