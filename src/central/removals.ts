import { MAX_REMOVALS, type Removal } from "./removal.ts";

/** The removals that are remembered, the last one of each name; beyond `MAX_REMOVALS` the oldest are forgotten. */
export class Removals {
  /** In the order of their serial numbers. */
  private readonly byName = new Map<string, Removal>();

  constructor(removals: Iterable<Removal>) {
    for (const removal of removals) this.add(removal);
  }

  /** The removal with the highest serial number so far. */
  add(removal: Removal): void {
    this.byName.delete(removal.name);
    this.byName.set(removal.name, removal);
    for (const name of this.byName.keys()) {
      if (this.byName.size <= MAX_REMOVALS) break;
      this.byName.delete(name);
    }
  }

  of(name: string): Removal | undefined {
    return this.byName.get(name);
  }

  /** A removal is void. */
  drop(name: string): void {
    this.byName.delete(name);
  }

  /** Those with a higher serial number, in their order. */
  after(serial: number): Removal[] {
    return [...this.byName.values()].filter((removal) => removal.serial > serial);
  }
}
