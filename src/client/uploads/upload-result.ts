import { saidBytes, saidDuration, saidRate } from "../../platform/units.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { counted, saidOf, say, type Told } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import type { BatchOutcome } from "../batch/batch-summary.ts";
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
export type UploadRefusalCode = ErrorCode | "replaced";

export interface FinishedUpload {
  readonly result: UploadResult;
  /** Null when it is done. */
  readonly failure: FailureKind | null;
  /** Null where nobody has refused it. */
  readonly refusal: UploadRefusalCode | null;
  /** What `error` says, for people; absent when it is done. */
  readonly why?: Told | undefined;
}

export function outcomeOf({ result, failure }: FinishedUpload): BatchOutcome {
  const kind = failure !== null ? "failed" : result.secondary === null ? "present" : "done";
  return { kind, bytes: result.sentBytes };
}

/** How an upload ended, in a line for people. */
export function uploadText(finished: Omit<FinishedUpload, "refusal">): string {
  return shown(uploadTold(finished));
}

function uploadTold({ result, failure, why }: Omit<FinishedUpload, "refusal">): Told {
  const { name, path, as, size, seconds, sentBytes, resumedBytes, secondary, holders, error } = result;
  if (failure !== null) return saidOf(name, why ?? error ?? say("it failed"), [name, path]);
  const whole = saidBytes(size ?? 0);
  const where =
    holders === 0
      ? say("the central has not seen it yet")
      : say("on {secondaries}", { secondaries: counted(holders, "secondary", "secondaries") });
  if (secondary === null)
    return say("{name} is there already, with that content ({whole}), {where}", { name, whole, where });
  const rate = sentBytes > 0 ? say(" ({rate})", { rate: saidRate(sentBytes / Math.max(seconds, 0.001)) }) : "";
  const isResumed = resumedBytes > 0 && resumedBytes < (size ?? 0);
  const before = isResumed ? say(", {bytes} of it were there", { bytes: saidBytes(resumedBytes) }) : "";
  const copied = holders > 0 ? say("{where} now, the others copy it", { where }) : where;
  const text = say("{name}: {whole} put in {duration}{rate}{before}; {copied}", {
    ...{ name, whole, duration: saidDuration(seconds), rate, before, copied },
  });
  if (as === undefined || as === name) return text;
  return say("{text}; somebody else has replaced {name} meanwhile, so this file is {as}", { text, name, as });
}
