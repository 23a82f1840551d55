import type { Central } from "../../../../src/central/central.ts";
import type { Move as OrderedMove } from "../../../../src/central/operations/remove-operation.ts";
import type { CatalogueView } from "../../../../src/central/registry/catalogue.ts";
import type { Users } from "./users.ts";
import type { Removal } from "./version-history.ts";

/** A file to which somebody has given another name in the whole cluster. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly id: string;
  /** Of the old name. */
  readonly removal: Removal;
  /** Whether the central has stored it. */
  isDone: boolean;
}

/**
 * Records what it means for the history of versions that somebody gives files other names in the whole cluster. Which
 * versions that concerns is known only once the central begins: an order may be on its way for long.
 */
export class Moves {
  /** In the order in which the central began with them. */
  readonly all: Move[] = [];

  constructor(private readonly users: Pick<Users, "versions">) {}

  /** A central has begun: from here on what it moves is recorded. `now`: simulated milliseconds. */
  watch({ removal, registry }: Pick<Central, "removal" | "registry">, now: () => number): void {
    const move = removal.move.bind(removal);
    removal.move = async (moves) => {
      const begun = this.begin(registry.catalogue, moves);
      const files = await move(moves);
      for (const one of begun) {
        one.removal.doneAt = now();
        one.isDone = files > 0;
      }
      return files;
    };
  }

  private begin(catalogue: Pick<CatalogueView, "get">, moves: readonly OrderedMove[]): readonly Move[] {
    const begun = moves.flatMap(({ name: from, moved: { as: to } }) => {
      const id = catalogue.get(from)?.id;
      if (id === undefined) return [];
      // Under the new name it comes before what people put there from now on.
      this.users.versions.found(to, id);
      return [{ from, to, id, removal: this.users.versions.beginRemoval(from, id), isDone: false }];
    });
    this.all.push(...begun);
    return begun;
  }
}
