import type { SourceAddress } from "../../protocol/fields.ts";
import { namesVersion } from "../tombstones/tombstone.ts";
import type { Tombstones } from "../tombstones/tombstones.ts";
import type { FileVersion } from "../versions/file-version.ts";
import type { Catalogue } from "./catalogue.ts";
import type { SecondaryRecord } from "./secondary-record.ts";
import type { SecondaryTable } from "./secondary-table.ts";

/** Who has which version of a file. Only reads. */
export class FileSources {
  constructor(
    private readonly secondaries: SecondaryTable,
    private readonly catalogue: Pick<Catalogue, "get">,
    private readonly tombstones: Pick<Tombstones, "get">,
  ) {}

  /** Who has a version, wholly or in part, in the order of their numbers. */
  of(name: string, id: string): SourceAddress[] {
    const sources: SourceAddress[] = [];
    for (const secondary of this.secondaries.all()) {
      if (!secondary.isPresent) continue;
      const whole = secondary.heldVersion(name)?.id === id;
      if (whole || secondary.copies.orderedId(name) === id) {
        sources.push({ number: secondary.number, ...secondary.address, partial: !whole });
      }
    }
    return sources.sort((left, right) => left.number - right.number);
  }

  /** Whether a secondary has some version of a name, wholly or in part. */
  hasAnyOf(number: number, name: string): boolean {
    const secondary = this.secondaries.get(number);
    if (!secondary?.isPresent) return false;
    return secondary.heldVersion(name) !== undefined || secondary.copies.orderedId(name) !== undefined;
  }

  /** Whether a version was replaced or removed, as far as that is known for sure. */
  isSuperseded(name: string, id: string): boolean {
    const entry = this.catalogue.get(name);
    if (entry) return entry.predecessors.includes(id);
    const tombstone = this.tombstones.get(name);
    return tombstone !== undefined && namesVersion(tombstone, id);
  }

  /** A version that somebody holds or held under this name. */
  find(name: string, id: string): FileVersion | undefined {
    const entry = this.catalogue.get(name);
    if (entry?.id === id) return entry;
    for (const secondary of this.secondaries.all()) {
      const file = secondary.lastKnownVersion(name);
      if (file?.id === id) return file;
    }
    return undefined;
  }

  /** Those who are present and hold the whole of a version. */
  holdersOf({ name, id }: FileVersion): SecondaryRecord[] {
    return [...this.secondaries.all()].filter((secondary) => secondary.presentVersion(name)?.id === id);
  }

  /** How many secondaries are present and hold the whole of a version. */
  countHolders({ name, id }: FileVersion): number {
    let count = 0;
    for (const secondary of this.secondaries.all()) if (secondary.presentVersion(name)?.id === id) count += 1;
    return count;
  }
}
