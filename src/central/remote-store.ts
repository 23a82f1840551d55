import type { WorkerProxy } from "../platform/workers/worker-proxy.ts";
import type { CentralStore } from "./store.ts";

/** What of the store is called from the main thread, which must not wait for its disk. */
export const CENTRAL_STORE = [
  "loadState",
  "markSynchronized",
  "rememberSecondary",
  "forgetSecondary",
  "countDownload",
  "downloadCounts",
  "downloadPage",
  "allDownloadCounts",
  "legacyImported",
  "importLegacy",
  "allocateSerials",
  "addTombstones",
  "addRevocation",
  "saveSeenKeys",
  "addressSeed",
  "damagedDatabase",
  "close",
] as const;

export type RemoteCentralStore = WorkerProxy<CentralStore, (typeof CENTRAL_STORE)[number]>;
