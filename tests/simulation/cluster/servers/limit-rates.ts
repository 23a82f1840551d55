import type { Clock } from "../../../../src/platform/clock.ts";
import type { SecondaryLimits } from "../../../../src/secondary/pacing/secondary-limits.ts";
import { simLimiter } from "../machines/worker-threads.ts";

/** What a secondary's limits are of. */
export const LIMIT_KINDS = ["upload", "copies", "download"] as const satisfies readonly (keyof SecondaryLimits)[];

/** `--upload-limit` and the others of a secondary, in bytes a second; 0: no limit. */
export type LimitRates = Readonly<Record<keyof SecondaryLimits, number>>;

export const NO_LIMITS: LimitRates = { upload: 0, copies: 0, download: 0 };

/** The limits of a process. */
export function limitsOf(clock: Clock, rates: LimitRates): SecondaryLimits {
  const limits = { upload: simLimiter(clock), copies: simLimiter(clock), download: simLimiter(clock) };
  for (const kind of LIMIT_KINDS) limits[kind].setRate(rates[kind] || null);
  return limits;
}
