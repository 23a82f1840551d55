import { MAX_TOMBSTONES, type Tombstone } from "./tombstone.ts";

/** The removals that are remembered, the last one of each name; beyond `MAX_REMOVALS` the oldest are forgotten. */
export class Tombstones {
  private readonly byName = new Map<string, Tombstone>();
  /** In the order of their serial numbers, together with some that are void. */
  private bySerial: Tombstone[] = [];

  constructor(removals: Iterable<Tombstone>) {
    for (const removal of removals) this.add(removal);
  }

  /** The removal with the highest serial number so far. */
  add(removal: Tombstone): void {
    // The first in the map is the oldest.
    this.byName.delete(removal.name);
    this.byName.set(removal.name, removal);
    for (const name of this.byName.keys()) {
      if (this.byName.size <= MAX_TOMBSTONES) break;
      this.byName.delete(name);
    }
    this.bySerial.push(removal);
    if (this.bySerial.length > 2 * this.byName.size) this.bySerial = [...this.byName.values()];
  }

  get(name: string): Tombstone | undefined {
    return this.byName.get(name);
  }

  /** A removal is void. */
  remove(name: string): void {
    this.byName.delete(name);
  }

  /** At most `limit` of those with a higher serial number, in their order. */
  after(serial: number, limit: number): Tombstone[] {
    const found: Tombstone[] = [];
    for (let place = this.firstAfter(serial); place < this.bySerial.length && found.length < limit; place++) {
      const removal = this.bySerial[place];
      if (removal && this.byName.get(removal.name) === removal) found.push(removal);
    }
    return found;
  }

  /** The place of the first one with a higher serial number. */
  private firstAfter(serial: number): number {
    let low = 0;
    let high = this.bySerial.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.bySerial[middle]?.serial ?? 0) > serial) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
