import type { Transitions } from "../../platform/state-machine.ts";

/**
 * `announcing`: registered, and has not announced all of its files yet; `live`; `disk-missing`: its session goes on, and
 * its shared folder is not there; `lost`: its session ended.
 */
export type SecondaryPhase = "announcing" | "live" | "disk-missing" | "lost";

export const PHASE_TRANSITIONS: Transitions<SecondaryPhase> = {
  announcing: ["live", "disk-missing", "lost"],
  live: ["disk-missing", "lost"],
  // When its disk is back, or when it connects again, it has a new record.
  "disk-missing": ["lost"],
  lost: ["disk-missing"],
};
