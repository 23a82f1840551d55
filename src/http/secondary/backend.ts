import type { Readiness } from "../server/health.ts";

/** What the HTTP thread of a secondary may ask its main thread. */
export interface SecondaryBackend {
  readiness(): Promise<Readiness>;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
}

/** The methods that it may call. */
export const SECONDARY_METHODS = ["readiness", "metrics"] as const satisfies readonly (keyof SecondaryBackend)[];
