import type { Messages } from "../../protocol/messages/messages.ts";
import type { Edits } from "../../protocol/versions/edits.ts";
import type { VersionVector } from "../../protocol/versions/version-vector.ts";
import { supersedes, type VersionOrigin } from "../registry/file-version.ts";

/** A file that was removed from the cluster. */
export interface Tombstone {
  /** Removals are numbered in their order. */
  readonly serial: number;
  readonly name: string;
  readonly id: string;
  /** Its place in the history of the name, above all that was removed. */
  readonly vector: VersionVector;
  readonly edits: Edits;
  /** Other versions of the name that somebody held or had held: where they are found without history, they go too. */
  readonly others: readonly string[];
}

/** Most removals that are remembered. A secondary that was away for more than so many may bring a file back. */
export const MAX_TOMBSTONES = 250_000;

/** Whether a file is the removed version, or an older one that somebody still has. */
export function coversVersion(removal: Tombstone, file: VersionOrigin): boolean {
  const found = !file.changed && file.vector === "";
  return supersedes(removal, file) || (found && (file.id === removal.id || removal.others.includes(file.id)));
}

/** The order to carry it out, where a secondary holds version `id` as far as is known. */
export function removeOrder({ serial, name, vector, edits }: Tombstone, id: string): Messages["remove"] {
  return { type: "remove", serial, name, id, vector, edits };
}
