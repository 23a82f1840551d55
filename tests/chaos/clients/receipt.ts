import type { GetResult } from "../../support/cluster.ts";
import type { Digest } from "../people/content.ts";

/** What a client was told of a download, and what came of it. */
export interface Receipt {
  /** What the client is called in the statistics: no two downloads have the same. */
  readonly client: string;
  readonly name: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** The last line of `get --json`; null where there is none. */
  readonly result: GetResult | null;
  /** What was said on stderr. */
  readonly said: readonly string[];
  /** Whether something was at the destination before. */
  readonly again: boolean;
  /** Seconds since the beginning of the run. */
  readonly began: number;
  readonly ended: number;
  /** Bytes of the pieces that its journal says are there, where it is not done. */
  readonly keptBytes: number;
  /** Work files beside a file that is done. */
  readonly leftovers: readonly string[];
  /** The file, where it says that it is done. */
  readonly file: { readonly digest: Digest; readonly size: number } | null;
}

/** Whether the client said that the file is there, or ended as one that is. */
export function isDone({ code, result }: Receipt): boolean {
  return code === 0 || result?.event === "done";
}

/** Why it failed, in the words of the client. */
export function reasonOf({ result, said }: Receipt): string {
  return result?.error ?? said.findLast((line) => line.startsWith("redes: ")) ?? "";
}

/** How often the statistics may have counted a download. */
export function possibleCounts(receipt: Receipt): { readonly least: number; readonly most: number } {
  const { code, result, said, again } = receipt;
  const sure = (count: number) => ({ least: count, most: count });
  const unsure = { least: 0, most: 1 };
  // The client says itself that it could tell nobody.
  if (said.some((line) => line.includes("it is missing in the statistics"))) return unsure;
  if (isDone(receipt)) {
    const fetched = result === null || result.receivedBytes + result.resumedBytes > 0;
    if (fetched || !again) return sure(1);
    // An empty file that was there already is told by nothing from one that was fetched.
    return result.size === 0 ? unsure : sure(0);
  }
  // Killed between its report and the line that tells of it.
  return code === null ? unsure : sure(0);
}
