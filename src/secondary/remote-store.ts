import type { Remote } from "../platform/workers/worker-rpc.ts";
import type { SecondaryStore } from "./store.ts";

/** What of the store is called from the main thread, which must not wait for its disk. */
export const SECONDARY_STORE = [
  "remembered",
  "save",
  "vanished",
  "forgetFiles",
  "hashes",
  "countServed",
  "servedCounts",
  "tookOver",
  "takeOver",
  "keepReport",
  "reports",
  "dropReport",
  "fact",
  "setFact",
  "setAside",
  "close",
] as const;

export type RemoteStore = Remote<SecondaryStore, (typeof SECONDARY_STORE)[number]>;
