import { MAX_TOMBSTONES, type Tombstone } from "./tombstone.ts";

/** The tombstones that are kept: the last one of each name; beyond `MAX_TOMBSTONES` the oldest are dropped. */
export class Tombstones {
  private readonly byName = new Map<string, Tombstone>();
  /** In the order of their serial numbers; some may be replaced by now. */
  private bySerial: Tombstone[] = [];

  constructor(tombstones: Iterable<Tombstone>) {
    for (const tombstone of tombstones) this.add(tombstone);
  }

  /** Adds one with a higher serial number than all before. */
  add(tombstone: Tombstone): void {
    // At the end of the map: the first in it is the oldest.
    this.byName.delete(tombstone.name);
    this.byName.set(tombstone.name, tombstone);
    for (const name of this.byName.keys()) {
      if (this.byName.size <= MAX_TOMBSTONES) break;
      this.byName.delete(name);
    }
    this.bySerial.push(tombstone);
    if (this.bySerial.length > 2 * this.byName.size) this.bySerial = [...this.byName.values()];
  }

  get(name: string): Tombstone | undefined {
    return this.byName.get(name);
  }

  /** Less is known to be removed by the tombstone of its name. */
  replace(tombstone: Tombstone): void {
    this.byName.set(tombstone.name, tombstone);
  }

  /** At most `limit` of those in force with a higher serial number, in their order. */
  after(serial: number, limit: number): Tombstone[] {
    const found: Tombstone[] = [];
    for (let place = this.firstAfter(serial); place < this.bySerial.length && found.length < limit; place++) {
      const tombstone = this.bySerial[place];
      if (tombstone?.putAgain === null && this.byName.get(tombstone.name) === tombstone) found.push(tombstone);
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
