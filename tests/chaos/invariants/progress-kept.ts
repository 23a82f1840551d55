import { STEADY } from "../people/people.ts";
import type { Invariant } from "./invariant.ts";

/** Bytes that cannot all have been in flight when a download ended: what was written of them is kept. */
const SURELY_WRITTEN = 8 * 1024 * 1024;

/** What arrived before a download failed need not come again. */
export const progressKept: Invariant = {
  name: "a download that failed goes on where it was",
  afterDownload(_observed, { client, name, result }, before) {
    const had = before?.result;
    if (!name.startsWith(STEADY) || had?.event !== "failed" || result?.event !== "done") return null;
    const arrived = had.receivedBytes + had.resumedBytes - had.duplicateBytes;
    if (arrived < SURELY_WRITTEN || result.resumedBytes > 0) return null;
    return `${client}: ${arrived} bytes of ${name} had arrived before, and all came again`;
  },
};
