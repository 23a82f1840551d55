import type { Readiness } from "../server/health.ts";

/** What the HTTP thread of a secondary may ask its main thread. */
export interface SecondaryBackend {
  readiness(): Promise<Readiness>;
}

/** The methods that it may call. */
export const SECONDARY_METHODS = ["readiness"] as const satisfies readonly (keyof SecondaryBackend)[];
