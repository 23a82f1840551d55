import pLimit from "p-limit";
import type { Clock } from "../../../platform/clock.ts";
import { Turns } from "../../../platform/turns/turns.ts";
import type { FilesAnswer } from "../central-answers.ts";
import type { FilesQuery } from "../central-queries.ts";
import { cutPage, placeBefore } from "../cursor.ts";
import { CATALOGUE_TURNS } from "./catalogue-turns.ts";
import { walkFiles } from "./catalogue-walk.ts";
import { OrderedResults } from "./ordered-results.ts";
import type { PagedCatalogue, PagedFile } from "./paged-catalogue.ts";
import { sortInTurns } from "./sort-in-turns.ts";

/** Searches at the same time: of more the others wait, since each takes the time of the one thread. */
const MAX_SEARCHES = 2;

export interface CataloguePagesDeps<File extends PagedFile> {
  readonly clock: Pick<Clock, "now" | "nextTurn" | "after">;
  readonly catalogue: PagedCatalogue<File>;
}

/** A file that matches, and what it is ordered by: null where that is the name. */
interface MatchingFile<File> {
  readonly value: number | null;
  readonly file: File;
}

/** Pages of the catalogue, in an order and with a part of the name: a bounded part of the work at a time, and no copy of it all. */
export class FilePages<File extends PagedFile> {
  private readonly searches = pLimit(MAX_SEARCHES);
  private readonly results: OrderedResults<File>;

  constructor(private readonly deps: CataloguePagesDeps<File>) {
    this.results = new OrderedResults(deps.clock);
  }

  page(query: FilesQuery): Promise<FilesAnswer> {
    if (query.offset > 0) return this.partOfAll(query);
    return isInOrder(query) ? Promise.resolve(this.nextNames(query)) : this.searches(() => this.search(query));
  }

  /** The names are in this order already, and each one matches. */
  private nextNames({ limit, cursor }: FilesQuery): FilesAnswer {
    const { catalogue } = this.deps;
    const [, after] = placeBefore(cursor) ?? [null, null];
    const found: MatchingFile<File>[] = [];
    for (const file of catalogue.after(after)) {
      if (found.push({ value: null, file }) > limit) break;
    }
    return this.answer(found, limit, catalogue.size);
  }

  /** Goes through all names, since others may match, or come first. */
  private async search(query: FilesQuery): Promise<FilesAnswer> {
    const { catalogue } = this.deps;
    const best = new BestMatches<File>(query);
    const matches = matcherOf(query);
    let count = 0;
    await walkFiles(catalogue, query.folder, new Turns(this.deps.clock, CATALOGUE_TURNS), (file) => {
      if (!matches(file)) return;
      count += 1;
      best.add({ value: orderedBy(file, query, catalogue), file });
    });
    return this.answer(best.best(), query.limit, count);
  }

  /** The order of all that match is made once for those who ask for parts of it far from its beginning. */
  private async partOfAll(query: FilesQuery): Promise<FilesAnswer> {
    const { search, folder, sort, order, offset, limit } = query;
    const key = JSON.stringify([search, folder, sort, order]);
    const all = await this.results.get(key, () => this.searches(() => this.allMatches(query)));
    const { catalogue } = this.deps;
    const found = all
      .slice(offset, offset + limit + 1)
      .map((file) => ({ value: orderedBy(file, query, catalogue), file }));
    return this.answer(found, limit, all.length);
  }

  private async allMatches(query: FilesQuery): Promise<readonly File[]> {
    const { clock, catalogue } = this.deps;
    const turns = new Turns(clock, CATALOGUE_TURNS);
    const matches = matcherOf(query);
    const found: MatchingFile<File>[] = [];
    await walkFiles(catalogue, query.folder, turns, (file) => {
      if (matches(file)) found.push({ value: orderedBy(file, query, catalogue), file });
    });
    const compare = comparison(query);
    const sorted = await sortInTurns(
      found,
      (one, other) => compare(one.value, one.file.name, other.value, other.file.name),
      turns,
    );
    return sorted.map(({ file }) => file);
  }

  /** `found`: at most one more than fits. */
  private answer(found: readonly MatchingFile<File>[], limit: number, matches: number): FilesAnswer {
    const { catalogue } = this.deps;
    const { rows, next } = cutPage(found, limit, ({ value, file }) => [value, file.name]);
    return { files: rows.map(({ file }) => catalogue.listed(file)), matches, next };
  }
}

function isInOrder({ search, folder, sort, order }: FilesQuery): boolean {
  return search === "" && folder === "" && sort === "name" && order === "asc";
}

function matcherOf({ search }: FilesQuery): (file: PagedFile) => boolean {
  if (search === "") return () => true;
  const wanted = search.toLowerCase();
  return ({ name }) => name.toLowerCase().includes(wanted);
}

function orderedBy<File extends PagedFile>(
  file: File,
  { sort }: FilesQuery,
  catalogue: Pick<PagedCatalogue<File>, "countHolders">,
): number | null {
  switch (sort) {
    case "name":
      return null;
    case "size":
      return file.size;
    case "modified":
      return file.modified;
    case "holders":
      return catalogue.countHolders(file);
  }
}

/** Compares what two files are ordered by, and then their names. */
function comparison({ order }: Pick<FilesQuery, "order">) {
  const sign = order === "desc" ? -1 : 1;
  return (value: number | null, name: string, otherValue: number | null, otherName: string): number => {
    const difference = (value ?? 0) - (otherValue ?? 0) || (name < otherName ? -1 : name > otherName ? 1 : 0);
    return sign * difference;
  };
}

/** Of all matches the first ones behind the cursor, one more than a page has. */
class BestMatches<File extends PagedFile> {
  private readonly most: number;
  private readonly compare: ReturnType<typeof comparison>;
  private readonly after: { readonly value: number | null; readonly name: string } | null;
  private kept: MatchingFile<File>[] = [];

  constructor({ limit, order, cursor }: FilesQuery) {
    this.most = limit + 1;
    this.compare = comparison({ order });
    const place = placeBefore(cursor);
    this.after = place && { value: place[0], name: place[1] };
  }

  add(match: MatchingFile<File>): void {
    if (this.after && this.compare(match.value, match.file.name, this.after.value, this.after.name) <= 0) return;
    this.kept.push(match);
    // Sorted now and then: each match costs little however many there are.
    if (this.kept.length >= 4 * this.most) this.kept = this.best();
  }

  best(): MatchingFile<File>[] {
    const compare = (left: MatchingFile<File>, right: MatchingFile<File>) =>
      this.compare(left.value, left.file.name, right.value, right.file.name);
    return this.kept.sort(compare).slice(0, this.most);
  }
}
