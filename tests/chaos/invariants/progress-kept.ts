import { pieceSize } from "../../../src/protocol/versions/version.ts";
import { isDone } from "../clients/receipt.ts";
import { STEADY } from "../people/people.ts";
import type { Invariant } from "./invariant.ts";

/** What was there when a download failed or was killed need not come again. */
export const progressKept: Invariant = {
  name: "a download that failed goes on where it was",
  afterDownload(_observed, receipt, before) {
    const { client, name, result } = receipt;
    // Of a file that changes, another version may be wanted now.
    if (!before || !result || !name.startsWith(STEADY) || !isDone(receipt)) return null;
    // The last piece may be shorter than the others.
    const least = before.keptBytes - pieceSize(result.size);
    if (result.resumedBytes >= least) return null;
    return `${client}: ${before.keptBytes} bytes of ${name} were there, and it went on from ${result.resumedBytes}`;
  },
};
