import type { SourceAddress } from "../../protocol/fields.ts";
import { MAX_BATCH } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { OrderedFile } from "../../protocol/messages/secondary.ts";
import type { Member } from "./member.ts";
import type { Registry } from "./registry.ts";

/** Most files that a secondary is told to copy before it has copied some of them. */
export const MAX_OUTSTANDING_COPIES = 8 * MAX_BATCH;
/** Most names that are looked at in one go, so that thousands which nobody holds do not hold up everything else. */
export const MAX_NAMES_PER_CALL = 2 * MAX_OUTSTANDING_COPIES;
/** Most sources named for a file. */
const MAX_SOURCES_PER_FILE = 64;

export interface CopyOrders {
  readonly orders: Messages["fetch"][];
  /** Whether there is more to be looked at right now. */
  readonly unfinished: boolean;
}

/** What a secondary should copy next; marks it as ordered. */
export function issueCopyOrders(registry: Registry, member: Member, now: number): CopyOrders {
  const { needs } = member;
  const orders: Messages["fetch"][] = [];
  if (member.state !== "live") return { orders, unfinished: false };
  needs.requeueDue(now);
  let looks = MAX_NAMES_PER_CALL;
  while (needs.wantedCount > 0 && looks > 0) {
    // A message is worth its while when the window has room for a full one, or for all that is missing.
    const room = Math.min(MAX_BATCH, MAX_OUTSTANDING_COPIES - needs.orderedCount);
    if (room < Math.min(MAX_BATCH, needs.wantedCount)) break;
    const sources = new Map<number, SourceAddress>();
    const files: OrderedFile[] = [];
    for (const name of needs.candidates()) {
      looks -= 1;
      const file = orderCopy(registry, member, name, sources);
      if (file) files.push(file);
      if (files.length === room || looks === 0) break;
    }
    if (files.length > 0) orders.push({ type: "fetch", sources: [...sources.values()], files });
  }
  return { orders, unfinished: looks <= 0 };
}

function orderCopy(
  registry: Registry,
  member: Member,
  name: string,
  sources: Map<number, SourceAddress>,
): OrderedFile | null {
  const { needs } = member;
  const entry = registry.entry(name);
  // What must leave its name first will be wanted again when it has.
  if (!entry || member.told.has(name)) {
    needs.remove(name);
    return null;
  }
  // Those who are copying it themselves are told to whoever watches it, as they come and go.
  const at: number[] = [];
  for (const { number, address } of registry.holdersOf(entry)) {
    if (number === member.number || at.length === MAX_SOURCES_PER_FILE) continue;
    at.push(number);
    sources.set(number, { number, ...address, partial: false });
  }
  if (at.length === 0) {
    needs.markSourceless(name);
    return null;
  }
  needs.markOrdered(name, entry.id);
  const { id, size, vector, edits, modified, blake3 } = entry;
  return { name, id, size, vector, edits, modified, blake3, at };
}
