import type { UploadRefusal } from "./backend.ts";

/**
 * How the putting of a file has ended. `conflict`: it has another name than it was to have; `refused`: because of what was
 * asked; `failed`: because of this server or the cluster; `cancelled`: it did not come as a whole, or nobody waited for its end.
 */
export type UploadOutcome = "done" | "conflict" | "refused" | "failed" | "cancelled";

/** What is said of uploads: now, and since the start. */
export interface UploadFigures {
  /** Files that come, and files that are sent to a secondary. */
  readonly now: { readonly receiving: number; readonly sending: number };
  readonly ended: Readonly<Record<UploadOutcome, number>>;
}

export function noneEnded(): Record<UploadOutcome, number> {
  return { done: 0, conflict: 0, refused: 0, failed: 0, cancelled: 0 };
}

export function outcomeOf({ status }: UploadRefusal): UploadOutcome {
  if (status === 409) return "conflict";
  return status < 500 ? "refused" : "failed";
}
