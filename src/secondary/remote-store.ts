import type { WorkerProxy } from "../platform/workers/worker-proxy.ts";
import type { SecondaryStore } from "./store.ts";

/** What of the store is called from the main thread, which must not wait for its disk. */
export const SECONDARY_STORE = [
  "recordsAfter",
  "save",
  "vanished",
  "installPlans",
  "deleteFiles",
  "hashes",
  "digests",
  "countServed",
  "servedCounts",
  "legacyImported",
  "importLegacy",
  "addReport",
  "pendingReports",
  "deleteReport",
  "meta",
  "setMeta",
  "damagedDatabase",
  "close",
] as const;

export type RemoteSecondaryStore = WorkerProxy<SecondaryStore, (typeof SECONDARY_STORE)[number]>;
