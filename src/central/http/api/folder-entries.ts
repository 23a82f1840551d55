import pLimit from "p-limit";
import type { FolderAnswer } from "../../../http/api/central-answers.ts";
import type { FolderQuery } from "../../../http/api/central-queries.ts";
import type { FileVersion } from "../../versions/file-version.ts";
import { walkFiles } from "./catalogue-walk.ts";
import type { FilePagesDeps } from "./file-pages.ts";
import { listedFileOf } from "./listed-file.ts";
import { OrderedResults } from "./ordered-results.ts";
import { sortInTurns } from "./sort-in-turns.ts";
import { Turns } from "./turns.ts";

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
interface ListedVersion {
  readonly kind: "file";
  readonly file: FileVersion;
  readonly holders: number;
}

type Entry = Subfolder | ListedVersion;

/** What is right in a folder, in an order, a part at a time. */
export class FolderEntries {
  private readonly walks = pLimit(MAX_WALKS);
  private readonly results: OrderedResults<Entry>;

  constructor(private readonly deps: FilePagesDeps) {
    this.results = new OrderedResults(deps.clock);
  }

  /** Null: there is no such folder. `folder`: "" for the shared folder itself. */
  async page(folder: string, query: FolderQuery): Promise<FolderAnswer | null> {
    const { offset, limit, sort, order } = query;
    const key = JSON.stringify([folder, sort, order]);
    const make = () => this.walks(() => this.entries(folder, query));
    // The first part is as the folder is now, and those that follow go with it.
    const entries = await (offset === 0 ? this.results.renew(key, make) : this.results.get(key, make));
    if (entries.length === 0 && folder !== "") return null;
    const { sources } = this.deps.registry;
    const shown = entries.slice(offset, offset + limit).map((entry) => {
      if (entry.kind === "folder") return { ...entry };
      return { kind: entry.kind, ...listedFileOf(entry.file, sources) };
    });
    return { entries: shown, total: entries.length };
  }

  private async entries(folder: string, query: FolderQuery): Promise<readonly Entry[]> {
    const { clock, registry } = this.deps;
    const turns = new Turns(clock);
    const prefix = folder === "" ? "" : `${folder}/`;
    const folders: Subfolder[] = [];
    const files: ListedVersion[] = [];
    await walkFiles(registry, folder, turns, (file) => {
      const rest = file.name.slice(prefix.length);
      const slash = rest.indexOf("/");
      const holders = slash >= 0 || query.sort === "holders" ? registry.sources.countHolders(file) : 0;
      if (slash < 0) files.push({ kind: "file", file, holders });
      else addTo(folders, rest.slice(0, slash), file, holders);
    });
    const ordered = await Promise.all([
      sortInTurns<Entry>(folders, comparison(query), turns),
      sortInTurns<Entry>(files, comparison(query), turns),
    ]);
    return ordered.flat();
  }
}

/** The files of a folder come one after the other. */
function addTo(folders: Subfolder[], name: string, { size, modified }: FileVersion, holders: number): void {
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

function comparison({ sort, order }: FolderQuery): (one: Entry, other: Entry) => number {
  const sign = order === "desc" ? -1 : 1;
  return (one, other) =>
    sign * (orderedBy(one, sort) - orderedBy(other, sort) || compareNames(nameOf(one), nameOf(other)));
}

function orderedBy(entry: Entry, sort: FolderQuery["sort"]): number {
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

function nameOf(entry: Entry): string {
  return entry.kind === "folder" ? entry.name : entry.file.name;
}

function compareNames(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
