import type { Told } from "../../sentences/sentence.ts";
/** `warning`: it works, and may not for long or for everything. */
export type CheckState = "ok" | "warning" | "failed";

/** What was looked at, how it is, and what to do about it. */
export interface Check {
  /** In English a stable name for programs: `central`, `secondary 2`, `clock`. */
  readonly subject: Told;
  readonly state: CheckState;
  /** A sentence for people. */
  readonly finding: Told;
  /** Null where nothing is to be done. */
  readonly advice: Told | null;
}

export function ok(subject: Told, finding: Told): Check {
  return { subject, state: "ok", finding, advice: null };
}

export function warning(subject: Told, finding: Told, advice: Told): Check {
  return { subject, state: "warning", finding, advice };
}

export function failed(subject: Told, finding: Told, advice: Told): Check {
  return { subject, state: "failed", finding, advice };
}

/** The worst of several. */
export function worstState(checks: readonly Pick<Check, "state">[]): CheckState {
  if (checks.some(({ state }) => state === "failed")) return "failed";
  return checks.some(({ state }) => state === "warning") ? "warning" : "ok";
}
