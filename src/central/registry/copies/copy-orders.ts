import type { Address } from "../../../net/address/address.ts";
import { MAX_BATCH, type SourceAddress } from "../../../protocol/fields.ts";
import type { Messages } from "../../../protocol/messages/messages.ts";
import { MAX_SOURCES_PER_FILE, type OrderedFile } from "../../../protocol/messages/secondary.ts";
import type { FileVersion } from "../../versions/file-version.ts";
import type { CopyBacklog } from "./copy-backlog.ts";

/** Most files that a secondary is told to copy before it has copied some of them. */
export const MAX_OUTSTANDING_COPIES = 8 * MAX_BATCH;
/** Most names that one call goes through, so that thousands that nobody holds do not hold up everything else. */
export const MAX_NAMES_PER_CALL = 2 * MAX_OUTSTANDING_COPIES;

export interface CopyOrders {
  readonly orders: Messages["fetch"][];
  /** Whether more could be ordered right now. */
  readonly unfinished: boolean;
}

/** The version of a name to copy, and others who hold all of it. */
export interface Copyable {
  readonly version: FileVersion;
  readonly holders: readonly { readonly number: number; readonly address: Address }[];
}

/** What is to be copied under a name; null when nothing is. */
export type CopyLookup = (name: string) => Copyable | null;

/** Orders of the next copies in a backlog, where they count as ordered. */
export function issueCopyOrders(backlog: CopyBacklog, lookup: CopyLookup): CopyOrders {
  const orders: Messages["fetch"][] = [];
  let namesLeft = MAX_NAMES_PER_CALL;
  while (backlog.wantedCount > 0 && namesLeft > 0) {
    // A message is sent only when it can be full, or holds everything that is missing.
    const room = Math.min(MAX_BATCH, MAX_OUTSTANDING_COPIES - backlog.orderedCount);
    if (room < Math.min(MAX_BATCH, backlog.wantedCount)) break;
    const sources = new Map<number, SourceAddress>();
    const files: OrderedFile[] = [];
    for (const name of backlog.candidates()) {
      namesLeft -= 1;
      const file = orderCopy(backlog, name, lookup(name), sources);
      if (file) files.push(file);
      if (files.length === room || namesLeft === 0) break;
    }
    if (files.length > 0) orders.push({ type: "fetch", sources: [...sources.values()], files });
  }
  return { orders, unfinished: namesLeft <= 0 };
}

/** Moves a name on from `wanted`; adds to `sources` where its copy comes from. */
function orderCopy(
  backlog: CopyBacklog,
  name: string,
  copyable: Copyable | null,
  sources: Map<number, SourceAddress>,
): OrderedFile | null {
  if (!copyable) {
    backlog.remove(name);
    return null;
  }
  // Secondaries that are copying it themselves are not named here: its subscribers learn of them as they come and go.
  const holders = copyable.holders.slice(0, MAX_SOURCES_PER_FILE);
  if (holders.length === 0) {
    backlog.markSourceless(name);
    return null;
  }
  for (const { number, address } of holders) sources.set(number, { number, ...address, partial: false });
  const { id, size, vector, edits, modified, blake3, sha256 } = copyable.version;
  backlog.markOrdered(name, id);
  return { name, id, size, vector, edits, modified, blake3, sha256, at: holders.map(({ number }) => number) };
}
