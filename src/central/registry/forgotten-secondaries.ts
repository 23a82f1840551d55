import type { Catalogue } from "./catalogue.ts";
import type { Effect } from "./effect.ts";
import type { SecondaryTable } from "./secondary-table.ts";

/**
 * Forgets secondaries that are lost and do not come back, with what they held: a file that nobody else has or remembers leaves the
 * catalogue. Sans-I/O.
 */
export class ForgottenSecondaries {
  /** Those of which something is left to forget. */
  private readonly numbers = new Set<number>();

  constructor(
    private readonly table: SecondaryTable,
    private readonly catalogue: Catalogue,
  ) {}

  /** False where there is no such secondary, or it is connected. */
  add(number: number): boolean {
    if (this.table.get(number)?.phase !== "lost") return false;
    this.numbers.add(number);
    return true;
  }

  /** It has come back. */
  delete(number: number): void {
    this.numbers.delete(number);
  }

  /** Goes on with so many steps; gives the steps left. */
  advance(steps: number, effects: Effect[]): number {
    let left = steps;
    for (const number of this.numbers) {
      const secondary = this.table.get(number);
      for (const name of secondary?.knownNames() ?? []) {
        if (!secondary || left <= 0) return left;
        left -= 1;
        const before = this.catalogue.get(name);
        secondary.fileGone(name);
        this.catalogue.decide(name, secondary, effects);
        effects.push({ kind: "sources-changed", name });
        if (before && !this.catalogue.get(name))
          effects.push({ kind: "file-event", what: "lost", name, number, size: before.size });
      }
      this.table.delete(number);
      this.numbers.delete(number);
    }
    return left;
  }
}
