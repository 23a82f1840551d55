import { MAX_REMOVALS, type Removal } from "./tombstone.ts";

/** The removals that are remembered, the last one of each name; beyond `MAX_REMOVALS` the oldest are forgotten. */
export class Removals {
  private readonly byName = new Map<string, Removal>();
  /** In the order of their serial numbers, together with some that are void. */
  private inOrder: Removal[] = [];

  constructor(removals: Iterable<Removal>) {
    for (const removal of removals) this.add(removal);
  }

  /** The removal with the highest serial number so far. */
  add(removal: Removal): void {
    // The first in the map is the oldest.
    this.byName.delete(removal.name);
    this.byName.set(removal.name, removal);
    for (const name of this.byName.keys()) {
      if (this.byName.size <= MAX_REMOVALS) break;
      this.byName.delete(name);
    }
    this.inOrder.push(removal);
    if (this.inOrder.length > 2 * this.byName.size) this.inOrder = [...this.byName.values()];
  }

  of(name: string): Removal | undefined {
    return this.byName.get(name);
  }

  /** A removal is void. */
  drop(name: string): void {
    this.byName.delete(name);
  }

  /** At most `limit` of those with a higher serial number, in their order. */
  after(serial: number, limit: number): Removal[] {
    const found: Removal[] = [];
    for (let place = this.firstAfter(serial); place < this.inOrder.length && found.length < limit; place++) {
      const removal = this.inOrder[place];
      if (removal && this.byName.get(removal.name) === removal) found.push(removal);
    }
    return found;
  }

  /** The place of the first one with a higher serial number. */
  private firstAfter(serial: number): number {
    let low = 0;
    let high = this.inOrder.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.inOrder[middle]?.serial ?? 0) > serial) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
