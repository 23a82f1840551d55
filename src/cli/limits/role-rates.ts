import { systemClock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { RateLimiter } from "../../platform/pacing/rate-limiter.ts";
import { threadLimiter } from "../../platform/pacing/thread-limiter.ts";
import type { SecondaryLimits } from "../../secondary/pacing/secondary-limits.ts";
import type { ClientLimit, SecondaryLimit } from "./limit-flags.ts";
import type { Rate } from "./rate.ts";
import { type LimitSetting, RateLimits } from "./rate-limits.ts";

/** What a client's bytes are limited by, and what says how: the same rate for what comes and for what goes. */
export interface ClientRates {
  readonly receiving: RateLimiter;
  readonly sending: RateLimiter;
  readonly limits: RateLimits<ClientLimit>;
}

export function clientRates(setting: LimitSetting<ClientLimit>, log: Log): ClientRates {
  const [receiving, sending] = [threadLimiter(), threadLimiter()];
  const setRate = (rate: Rate) => {
    for (const limiter of [receiving, sending]) limiter.setRate(rate);
  };
  const apply = new Map([["rate", setRate] as const]);
  return { receiving, sending, limits: new RateLimits<ClientLimit>({ clock: systemClock, log, apply }, setting) };
}

/** The same of a secondary. */
export function secondaryRates(
  setting: LimitSetting<SecondaryLimit>,
  log: Log,
): { readonly limits: SecondaryLimits; readonly rates: RateLimits<SecondaryLimit> } {
  const limits = { upload: threadLimiter(), copies: threadLimiter(), download: threadLimiter() };
  const apply = new Map<SecondaryLimit, (rate: Rate) => void>([
    ["upload", (rate) => limits.upload.setRate(rate)],
    ["copy", (rate) => limits.copies.setRate(rate)],
    ["download", (rate) => limits.download.setRate(rate)],
  ]);
  return { limits, rates: new RateLimits({ clock: systemClock, log, apply }, setting) };
}
