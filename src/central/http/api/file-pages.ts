import pLimit from "p-limit";
import type { FilesAnswer } from "../../../http/api/central-answers.ts";
import type { FilesQuery } from "../../../http/api/central-queries.ts";
import { decodeCursor, encodeCursor } from "../../../http/api/cursor.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Registry } from "../../registry/registry.ts";
import type { FileVersion } from "../../versions/file-version.ts";
import { listedFileOf } from "./listed-file.ts";

/** Milliseconds for which a search may occupy the main thread before everything else has its turn. */
const TURN_MS = 2;
/** Names between two looks at the clock. */
const NAMES_PER_LOOK = 128;
/** Searches at the same time: of more the others wait, since each takes the time of the one thread. */
const MAX_SEARCHES = 2;

export interface FilePagesDeps {
  readonly clock: Pick<Clock, "now" | "nextTurn">;
  readonly registry: Pick<Registry, "catalogue" | "sources">;
}

/** A file that matches, and what it is ordered by: null where that is the name. */
interface Match {
  readonly value: number | null;
  readonly file: FileVersion;
}

/** Pages of the catalogue, in an order and with a part of the name: a bounded part of the work at a time, and no copy of it all. */
export class FilePages {
  private readonly searches = pLimit(MAX_SEARCHES);

  constructor(private readonly deps: FilePagesDeps) {}

  page(query: FilesQuery): Promise<FilesAnswer> {
    return isInOrder(query) ? Promise.resolve(this.nextNames(query)) : this.searches(() => this.search(query));
  }

  /** The names are in this order already, and each one matches. */
  private nextNames({ limit, cursor }: FilesQuery): FilesAnswer {
    const { catalogue } = this.deps.registry;
    const [, after] = (cursor !== undefined && decodeCursor(cursor)) || [null, null];
    const found: Match[] = [];
    for (const file of catalogue.after(after)) {
      if (found.push({ value: null, file }) > limit) break;
    }
    return this.answer(found, limit, catalogue.size);
  }

  /** Goes through all names, since others may match, or come first. */
  private async search(query: FilesQuery): Promise<FilesAnswer> {
    const { registry } = this.deps;
    const best = new BestMatches(query);
    const matches = matcherOf(query);
    let count = 0;
    await this.eachFile(query.folder, (file) => {
      if (!matches(file)) return;
      count += 1;
      best.add({ value: orderedBy(file, query, registry), file });
    });
    return this.answer(best.take(), query.limit, count);
  }

  private async eachFile(folder: string, visit: (file: FileVersion) => void): Promise<void> {
    const { clock, registry } = this.deps;
    const prefix = folder === "" ? "" : `${folder}/`;
    let after: string | null = prefix === "" ? null : prefix;
    for (let more = true; more; ) {
      more = false;
      const until = clock.now() + TURN_MS;
      let seen = 0;
      for (const file of registry.catalogue.after(after)) {
        if (!file.name.startsWith(prefix)) return;
        visit(file);
        after = file.name;
        seen += 1;
        if (seen % NAMES_PER_LOOK !== 0 || clock.now() < until) continue;
        more = true;
        break;
      }
      // The catalogue may be another one after that: it goes on behind the last name.
      if (more) await new Promise<void>((resolve) => clock.nextTurn(resolve));
    }
  }

  /** `found`: at most one more than fits. */
  private answer(found: readonly Match[], limit: number, matches: number): FilesAnswer {
    const { sources } = this.deps.registry;
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const next = last && found.length > limit ? encodeCursor(last.value, last.file.name) : null;
    return { files: shown.map(({ file }) => listedFileOf(file, sources)), matches, next };
  }
}

function isInOrder({ search, folder, sort, order }: FilesQuery): boolean {
  return search === "" && folder === "" && sort === "name" && order === "asc";
}

function matcherOf({ search }: FilesQuery): (file: FileVersion) => boolean {
  if (search === "") return () => true;
  const wanted = search.toLowerCase();
  return ({ name }) => name.toLowerCase().includes(wanted);
}

function orderedBy(file: FileVersion, { sort }: FilesQuery, { sources }: Pick<Registry, "sources">): number | null {
  switch (sort) {
    case "name":
      return null;
    case "size":
      return file.size;
    case "modified":
      return file.modified;
    case "holders":
      return sources.countHolders(file);
  }
}

/** Of all matches the first ones behind the cursor, one more than a page has. */
class BestMatches {
  private readonly most: number;
  private readonly descending: boolean;
  private readonly after: { readonly value: number | null; readonly name: string } | null;
  private kept: Match[] = [];

  constructor({ limit, order, cursor }: FilesQuery) {
    this.most = limit + 1;
    this.descending = order === "desc";
    const place = cursor === undefined ? null : decodeCursor(cursor);
    this.after = place && { value: place[0], name: place[1] };
  }

  add(match: Match): void {
    if (this.after && this.compare(match.value, match.file.name, this.after.value, this.after.name) <= 0) return;
    this.kept.push(match);
    // Sorted now and then: each match costs little however many there are.
    if (this.kept.length >= 4 * this.most) this.kept = this.take();
  }

  take(): Match[] {
    const compare = (left: Match, right: Match) =>
      this.compare(left.value, left.file.name, right.value, right.file.name);
    return this.kept.sort(compare).slice(0, this.most);
  }

  private compare(value: number | null, name: string, otherValue: number | null, otherName: string): number {
    const difference = (value ?? 0) - (otherValue ?? 0) || (name < otherName ? -1 : name > otherName ? 1 : 0);
    return this.descending ? -difference : difference;
  }
}
