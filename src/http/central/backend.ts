import type { Readiness } from "../server/health.ts";

/** What the HTTP thread of a central may ask its main thread. */
export interface CentralBackend {
  readiness(): Promise<Readiness>;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
}

/** The methods that it may call. */
export const CENTRAL_METHODS = ["readiness", "metrics"] as const satisfies readonly (keyof CentralBackend)[];
