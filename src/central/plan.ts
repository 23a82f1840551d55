import type { SourceAddress } from "../protocol/fields.ts";
import { BATCH } from "../protocol/fields.ts";
import type { OrderedFile } from "../protocol/member-messages.ts";
import type { Messages } from "../protocol/messages.ts";
import { pieceCount } from "../protocol/version.ts";
import type { Member } from "./member.ts";
import type { Registry } from "./registry.ts";

/** Most files that a secondary is told to copy before it has copied some of them. */
const WINDOW = 4 * BATCH;

/**
 * What a secondary should copy next, as one order; null when there is nothing to say. Marks it as ordered. An order is
 * worth its message only when the window has room for a good part of a batch, or all that is missing fits.
 */
export function nextOrder(registry: Registry, member: Member, now: number): Messages["fetch"] | null {
  if (member.state !== "live" || member.missing.size === member.ordered.size) return null;
  const room = Math.min(BATCH, WINDOW - member.ordered.size);
  if (room < Math.min(BATCH, member.missing.size - member.ordered.size)) return null;
  const sources = new Map<number, SourceAddress>();
  const files: OrderedFile[] = [];
  for (const name of member.missing) {
    if (files.length === room) break;
    const file = orderable(registry, member, name, now, sources);
    if (!file) continue;
    member.ordered.set(name, file.id);
    member.deferred.delete(name);
    files.push(file);
  }
  return files.length > 0 ? { type: "fetch", sources: [...sources.values()], files } : null;
}

function orderable(
  registry: Registry,
  member: Member,
  name: string,
  now: number,
  sources: Map<number, SourceAddress>,
): OrderedFile | null {
  const entry = registry.entry(name);
  if (!entry || member.ordered.has(name) || member.conflicts.has(name)) return null;
  if ((member.deferred.get(name) ?? 0) > now) return null;
  const others = registry.sources(name, entry.id).filter(({ number }) => number !== member.number);
  if (!others.some(({ partial }) => !partial)) return null;
  // Of a file of one piece nobody has a part to give.
  const found = pieceCount(entry.size) > 1 ? others : others.filter(({ partial }) => !partial);
  for (const source of found) sources.set(source.number, source);
  const { id, size, ancestors } = entry;
  return { name, id, size, ancestors: [...ancestors], at: found.slice(0, 64).map(({ number }) => number) };
}
