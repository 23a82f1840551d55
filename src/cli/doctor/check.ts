/** `warning`: it works, and may not for long or for everything. */
export type CheckState = "ok" | "warning" | "failed";

/** What was looked at, how it is, and what to do about it. */
export interface Check {
  /** A stable name for programs: `central`, `secondary 2`, `clock`. */
  readonly subject: string;
  readonly state: CheckState;
  /** A sentence for people. */
  readonly finding: string;
  /** Null where nothing is to be done. */
  readonly advice: string | null;
}

export function ok(subject: string, finding: string): Check {
  return { subject, state: "ok", finding, advice: null };
}

export function warning(subject: string, finding: string, advice: string): Check {
  return { subject, state: "warning", finding, advice };
}

export function failed(subject: string, finding: string, advice: string): Check {
  return { subject, state: "failed", finding, advice };
}

/** The worst of several. */
export function worstState(checks: readonly Pick<Check, "state">[]): CheckState {
  if (checks.some(({ state }) => state === "failed")) return "failed";
  return checks.some(({ state }) => state === "warning") ? "warning" : "ok";
}
