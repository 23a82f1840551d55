import type { RateLimiter } from "../../platform/pacing/rate-limiter.ts";

/** What a secondary's bytes of files are limited by. */
export interface SecondaryLimits {
  /** All that it sends: to clients, over HTTP, and to other secondaries. */
  readonly upload: RateLimiter;
  /** Of that, what it sends to other secondaries. */
  readonly copies: RateLimiter;
  /** What it copies from others. */
  readonly download: RateLimiter;
}
