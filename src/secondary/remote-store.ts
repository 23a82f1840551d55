import type { Remote } from "../platform/workers/worker-rpc.ts";
import type { SecondaryStore } from "./store.ts";

/** What of the store is called from the main thread, which must not wait for its disk. */
export const SECONDARY_STORE = [
  "recordsAfter",
  "save",
  "vanished",
  "deleteFiles",
  "hashes",
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

export type RemoteStore = Remote<SecondaryStore, (typeof SECONDARY_STORE)[number]>;
