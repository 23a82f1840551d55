import type { LogLimiter } from "../platform/log/log-limiter.ts";

/** Milliseconds before storing is tried again: the disk may be full for a while. */
export const STORE_RETRY_MS = 1_000;

/** Logs what cannot be stored when nobody waits for the answer of the store. */
export class StoreFailures {
  constructor(private readonly limitedLog: Pick<LogLimiter, "error">) {}

  /** `stored` may reject: what follows goes on. */
  log(stored: Promise<unknown>): void {
    stored.catch((error: Error) => this.limitedLog.error("store-failed", `cannot store: ${error.message}`));
  }
}
