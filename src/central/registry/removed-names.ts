import { merge } from "../../protocol/versions/version-vector.ts";
import { coversVersion, removeOrder, type Tombstone, voidBy } from "../tombstones/tombstone.ts";
import type { Tombstones } from "../tombstones/tombstones.ts";
import type { FileVersion } from "../versions/file-version.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Effect } from "./effect.ts";
import type { SecondaryRecord } from "./secondary-record.ts";

/** Decides about files that are announced under names from which something was removed. Sans-I/O. */
export class RemovedNames {
  constructor(
    private readonly tombstones: Pick<Tombstones, "get" | "replace">,
    private readonly catalogue: Pick<Catalogue, "get">,
  ) {}

  /**
   * What an announced file counts as; null when it is to be removed, or its secondary has not applied the tombstone
   * yet.
   */
  admit(secondary: SecondaryRecord, file: FileVersion, effects: Effect[]): FileVersion | null {
    const { name, id } = file;
    const tombstone = this.tombstones.get(name);
    if (!tombstone) return file;
    const isVoid = tombstone.putAgain !== null;
    // Once it has applied the tombstone, it announces again what it still holds.
    if (!isVoid && !secondary.tombstones.hasApplied(tombstone)) return null;
    if (!coversVersion(tombstone, file)) {
      this.notCovered(tombstone, id, effects);
      return isVoid ? file : comingAfter(tombstone, file);
    }
    // The cluster has this content again.
    if (isVoid && this.catalogue.get(name)?.id === id) return file;
    // A copy that was complete too late, or an older version.
    if (!secondary.pendingOrder(name)) orderRemoval(secondary, tombstone, id, effects);
    return null;
  }

  private notCovered(before: Tombstone, id: string, effects: Effect[]): void {
    const tombstone = voidBy(before, id);
    if (tombstone === before) return;
    this.tombstones.replace(tombstone);
    effects.push({ kind: "tombstone-void", tombstone });
  }
}

/** From now on it comes after the removal, whether the user who put it there knew of that or not. */
function comingAfter({ vector }: Tombstone, file: FileVersion): FileVersion {
  // A version that had its place before keeps it, since others may hold what came after it.
  if (!file.changed && file.vector !== "") return { ...file, vector: merge(file.vector, vector) };
  return { ...file, vector: merge(vector, file.vector), changed: true };
}

function orderRemoval(secondary: SecondaryRecord, tombstone: Tombstone, id: string, effects: Effect[]): void {
  const { name } = tombstone;
  // With this order it drops its copy of the name that is under way.
  secondary.dropCopy(name);
  // A void one is not sent in its turn: with its own number the secondary would report others as carried out.
  const serial = Math.min(tombstone.serial, secondary.tombstones.appliedSerial);
  const message = removeOrder({ ...tombstone, serial }, id);
  secondary.addOrder(name, { id, message });
  effects.push({ kind: "send", to: secondary.number, message });
}
