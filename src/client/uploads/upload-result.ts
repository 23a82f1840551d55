import { formatBytes, formatDuration, formatRate, plural } from "../../platform/units.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { FailureKind } from "../downloads/result.ts";

/** How an upload ended: the line of `put --json` for a file. Sizes in bytes. */
export interface UploadResult {
  readonly event: "done" | "failed";
  /** That it was to have. */
  readonly name: string;
  /** The file of this machine; - for stdin. */
  readonly path: string;
  /** That it has; absent where it failed. Another one where somebody else replaced what this was to replace. */
  readonly as?: string;
  readonly size: number | null;
  readonly id: string | null;
  readonly seconds: number;
  readonly sentBytes: number;
  readonly resumedBytes: number;
  /** The secondary that took it; null: it was there already, or none did. */
  readonly secondary: number | null;
  /** How many secondaries have the whole file now. */
  readonly holders: number;
  readonly error?: string;
}

/** With what it was refused; `replaced`: the name has another version than the one that was to be replaced. */
export type UploadRefusal = ErrorCode | "replaced";

export interface FinishedUpload {
  readonly result: UploadResult;
  /** Null when it is done. */
  readonly failure: FailureKind | null;
  /** Null where nobody has refused it. */
  readonly refusal: UploadRefusal | null;
}

/** How an upload ended, in a line for people. */
export function uploadText({ result, failure }: Pick<FinishedUpload, "result" | "failure">): string {
  const { name, as, size, seconds, sentBytes, resumedBytes, secondary, holders, error } = result;
  if (failure !== null) return `${name}: ${error ?? "it failed"}`;
  const whole = formatBytes(size ?? 0);
  const where = holders === 0 ? "the central has not seen it yet" : `on ${plural(holders, "secondary", "secondaries")}`;
  if (secondary === null) return `${name} is there already, with that content (${whole}), ${where}`;
  const rate = sentBytes > 0 ? ` (${formatRate(sentBytes / Math.max(seconds, 0.001))})` : "";
  const before =
    resumedBytes > 0 && resumedBytes < (size ?? 0) ? `, ${formatBytes(resumedBytes)} of it were there` : "";
  const copied = holders > 0 ? `${where} now, the others copy it` : where;
  const text = `${name}: ${whole} put in ${formatDuration(seconds)}${rate}${before}; ${copied}`;
  if (as === undefined || as === name) return text;
  return `${text}; somebody else has replaced ${name} meanwhile, so this file is ${as}`;
}
