import type { Messages } from "../../protocol/messages/messages.ts";
import type { Moved } from "../../protocol/messages/secondary.ts";
import type { Edits } from "../../protocol/versions/edits.ts";
import type { VersionVector } from "../../protocol/versions/version-vector.ts";
import { supersedes, type VersionOrigin } from "../versions/file-version.ts";

/** Says that a version of a name, and all before it, was removed from the cluster. */
export interface Tombstone {
  /** Tombstones are numbered in the order of the removals. */
  readonly serial: number;
  readonly name: string;
  readonly id: string;
  /** Its place in the history of the name, after all that was removed. */
  readonly vector: VersionVector;
  readonly edits: Edits;
  /** Ids of earlier versions of the name: where one is found without history, it is removed too. */
  readonly others: readonly string[];
  /**
   * Null while it is in force. It is void once there is a file that it does not cover, and is not sent any more; but what
   * it covers does not come back by a secondary that was away meanwhile. Then these are the ids, of those above, whose
   * content somebody has put there again: it covers them no more.
   */
  readonly putAgain: readonly string[] | null;
  /** Version `id` was not removed: it has another name since. Null where it was removed. */
  readonly moved: Moved | null;
}

/** Most tombstones that are kept, so that memory is bounded. A secondary that missed more removals may bring a file back. */
export const MAX_TOMBSTONES = 250_000;

/** Whether a file is the removed version, or an older one. */
export function coversVersion(tombstone: Tombstone, file: VersionOrigin): boolean {
  if (tombstone.putAgain?.includes(file.id)) return false;
  const hasNoHistory = !file.changed && file.vector === "";
  return supersedes(tombstone, file) || (hasNoHistory && namesVersion(tombstone, file.id));
}

/** Whether the content of version `id` is known to have been removed, and is not there again. */
export function namesVersion({ id: own, others, putAgain }: Tombstone, id: string): boolean {
  return (own === id || others.includes(id)) && !putAgain?.includes(id);
}

/** A tombstone once there is version `id`, which it does not cover. The same object where that changes nothing. */
export function voidBy(tombstone: Tombstone, id: string): Tombstone {
  const { putAgain } = tombstone;
  if (namesVersion(tombstone, id)) return { ...tombstone, putAgain: [...(putAgain ?? []), id] };
  return putAgain ? tombstone : { ...tombstone, putAgain: [] };
}

/** The order to remove version `id`, which a secondary holds as far as is known. */
export function removeOrder(tombstone: Tombstone, id: string): Messages["remove"] {
  const { serial, name, vector, edits, moved } = tombstone;
  // An older version goes: the other name is not that of its content.
  return { type: "remove", serial, name, id, vector, edits, moved: id === tombstone.id ? moved : null };
}
