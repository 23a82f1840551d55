import { systemClock } from "../clock.ts";
import { processTime } from "../process/process-time.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { TokenBucket } from "./token-bucket.ts";

/** A limit for this thread. `memory`: of one that other threads keep to as well. */
export function threadLimiter(memory?: SharedArrayBuffer): RateLimiter {
  return new RateLimiter({ clock: systemClock, now: processTime }, new TokenBucket(memory));
}
