import type { CataloguePages } from "../../../../src/client/selection/name-range.ts";
import type { ListedFile } from "../../../../src/protocol/messages/client.ts";
import { isName } from "../../../../src/protocol/name.ts";

export function listed(name: string, size = 10, modified = 0): ListedFile {
  return { name, size, id: "a".repeat(64), modified, blake3: null, sha256: null, sources: 2 };
}

/** A catalogue in pages, as a central gives it. */
export class PagedCatalogue implements CataloguePages {
  /** What was asked for: the names that pages were to begin after. */
  readonly asked: (string | null)[] = [];
  /** The files of all pages that were given. */
  given = 0;

  constructor(
    private readonly names: readonly string[],
    private readonly pageSize = 3,
  ) {}

  async *pages(start: string | null = null): AsyncGenerator<readonly ListedFile[], void> {
    if (start !== null && !isName(start)) throw new Error(`${JSON.stringify(start)} is no name`);
    this.asked.push(start);
    const names = [...this.names].sort().filter((name) => start === null || name > start);
    for (let first = 0; first < names.length; first += this.pageSize) {
      const page = names.slice(first, first + this.pageSize);
      this.given += page.length;
      yield page.map((name) => listed(name));
    }
  }
}
