import pLimit from "p-limit";
import { Turns } from "../../../platform/turns/turns.ts";
import type { FolderAnswer } from "../central-answers.ts";
import type { FolderQuery } from "../central-queries.ts";
import { CATALOGUE_TURNS } from "./catalogue-turns.ts";
import { walkFiles } from "./catalogue-walk.ts";
import type { CataloguePagesDeps } from "./file-pages.ts";
import { OrderedResults } from "./ordered-results.ts";
import type { PagedFile } from "./paged-catalogue.ts";
import { sortInTurns } from "./sort-in-turns.ts";
import { UnchangedResults } from "./unchanged-results.ts";

/** Folders that are gone through at the same time: of more the others wait, since each takes the time of the one thread. */
const MAX_WALKS = 2;

/** A folder in a folder, and all that is beneath it together. */
interface Subfolder {
  readonly kind: "folder";
  readonly name: string;
  files: number;
  bytes: number;
  /** The latest. */
  modified: number;
  /** The fewest. */
  holders: number;
}

/** `holders`: only where the order is by them. */
interface SortedFile<File> {
  readonly kind: "file";
  readonly file: File;
  readonly holders: number;
}

type OrderedEntry<File> = Subfolder | SortedFile<File>;

/** What is right in a folder, in an order, a part at a time. */
export class FolderEntries<File extends PagedFile> {
  private readonly walks = pLimit(MAX_WALKS);
  private readonly results: OrderedResults<OrderedEntry<File>>;
  private readonly unchanged: UnchangedResults<OrderedEntry<File>>;

  constructor(private readonly deps: CataloguePagesDeps<File>) {
    this.results = new OrderedResults(deps.clock);
    this.unchanged = new UnchangedResults(() => deps.catalogue.state());
  }

  /** Null: there is no such folder. `folder`: "" for the shared folder itself. */
  async page(folder: string, query: FolderQuery): Promise<FolderAnswer | null> {
    const { offset, limit, sort, order } = query;
    const key = JSON.stringify([folder, sort, order]);
    const make = () => this.walks(() => this.unchanged.get(key, () => this.entries(folder, query)));
    // The first part is as the folder is now, and those that follow go with it.
    const entries = await (offset === 0 ? this.results.renew(key, make) : this.results.get(key, make));
    if (entries.length === 0 && folder !== "") return null;
    const shown = entries.slice(offset, offset + limit).map((entry) => {
      if (entry.kind === "folder") return { ...entry };
      return { kind: entry.kind, ...this.deps.catalogue.listed(entry.file) };
    });
    return { entries: shown, total: entries.length };
  }

  private async entries(folder: string, query: FolderQuery): Promise<readonly OrderedEntry<File>[]> {
    const { clock, catalogue } = this.deps;
    const turns = new Turns(clock, CATALOGUE_TURNS);
    const prefix = folder === "" ? "" : `${folder}/`;
    const folders: Subfolder[] = [];
    const files: SortedFile<File>[] = [];
    await walkFiles(catalogue, folder, turns, (file) => {
      const rest = file.name.slice(prefix.length);
      const slash = rest.indexOf("/");
      const holders = slash >= 0 || query.sort === "holders" ? catalogue.countHolders(file) : 0;
      if (slash < 0) files.push({ kind: "file", file, holders });
      else addTo(folders, rest.slice(0, slash), file, holders);
    });
    const ordered = await Promise.all([
      sortInTurns<OrderedEntry<File>>(folders, comparison(query), turns),
      sortInTurns<OrderedEntry<File>>(files, comparison(query), turns),
    ]);
    return ordered.flat();
  }
}

/** The files of a folder come one after the other. */
function addTo(folders: Subfolder[], name: string, { size, modified }: PagedFile, holders: number): void {
  let last = folders.at(-1);
  if (last?.name !== name) {
    last = { kind: "folder", name, files: 0, bytes: 0, modified, holders };
    folders.push(last);
  }
  last.files += 1;
  last.bytes += size;
  last.modified = Math.max(last.modified, modified);
  last.holders = Math.min(last.holders, holders);
}

function comparison({
  sort,
  order,
}: FolderQuery): (one: OrderedEntry<PagedFile>, other: OrderedEntry<PagedFile>) => number {
  const sign = order === "desc" ? -1 : 1;
  return (one, other) =>
    sign * (orderedBy(one, sort) - orderedBy(other, sort) || compareNames(nameOf(one), nameOf(other)));
}

function orderedBy(entry: OrderedEntry<PagedFile>, sort: FolderQuery["sort"]): number {
  switch (sort) {
    case "name":
      return 0;
    case "size":
      return entry.kind === "folder" ? entry.bytes : entry.file.size;
    case "modified":
      return entry.kind === "folder" ? entry.modified : entry.file.modified;
    case "holders":
      return entry.holders;
  }
}

function nameOf(entry: OrderedEntry<PagedFile>): string {
  return entry.kind === "folder" ? entry.name : entry.file.name;
}

function compareNames(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
