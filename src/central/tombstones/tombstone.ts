import type { Messages } from "../../protocol/messages/messages.ts";
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
}

/** Most tombstones that are kept, so that memory is bounded. A secondary that missed more removals may bring a file back. */
export const MAX_TOMBSTONES = 250_000;

/** Whether a file is the removed version, or an older one. */
export function coversVersion(tombstone: Tombstone, file: VersionOrigin): boolean {
  const hasNoHistory = !file.changed && file.vector === "";
  return (
    supersedes(tombstone, file) || (hasNoHistory && (file.id === tombstone.id || tombstone.others.includes(file.id)))
  );
}

/** The order to remove version `id`, which a secondary holds as far as is known. */
export function removeOrder({ serial, name, vector, edits }: Tombstone, id: string): Messages["remove"] {
  return { type: "remove", serial, name, id, vector, edits };
}
