import type { FilesQuery } from "../../../http/api/central-queries.ts";
import { addressOf, type PageRoute } from "../../routing/route.ts";

/** What the view of the files shows: its address says all of it, so that it can be kept and sent to others. */
export interface FilesPlace {
  /** "" for the shared folder itself; else without a slash at its end. */
  readonly folder: string;
  /** The file whose details are shown: its whole name; null: none. */
  readonly file: string | null;
  /** It is played. */
  readonly plays: boolean;
  /** A part of the name that is looked for in the folder and all below it; "" for none. */
  readonly search: string;
  readonly sort: FilesQuery["sort"];
  readonly order: FilesQuery["order"];
  /** All files beneath the folder, in the place of what is right in it. */
  readonly flat: boolean;
}

const SORTS = ["name", "size", "modified", "holders"] as const;

/** What people look for first: the largest, the newest, what few hold. */
const FIRST_ORDER: Readonly<Record<FilesPlace["sort"], FilesPlace["order"]>> = {
  name: "asc",
  size: "desc",
  modified: "desc",
  holders: "asc",
};

/** A path that ends with a slash is that of a folder. `query.in`: the folder, where the file that is shown is deeper. */
export function filesPlace({ path, query }: Pick<PageRoute, "path" | "query">): FilesPlace {
  const file = path === "" || path.endsWith("/") ? null : path;
  const folder = file === null ? path.replace(/\/+$/, "") : (query.in?.replace(/^\/$/, "") ?? parentOf(file));
  return {
    folder,
    file,
    plays: file !== null && query.play === "1",
    search: query.search ?? "",
    sort: SORTS.find((sort) => sort === query.sort) ?? "name",
    order: query.order === "desc" ? "desc" : "asc",
    flat: query.flat === "1",
  };
}

export function filesRoute({ folder, file, plays, search, sort, order, flat }: FilesPlace): PageRoute {
  return {
    view: "files",
    path: file ?? (folder === "" ? "" : `${folder}/`),
    query: {
      search,
      sort: sort === "name" ? "" : sort,
      order: order === "asc" ? "" : order,
      flat: flat ? "1" : "",
      play: plays ? "1" : "",
      // An empty text would be left out of the address: the shared folder itself is a slash.
      in: file !== null && parentOf(file) !== folder ? folder || "/" : "",
    },
  };
}

export function filesAddress(place: FilesPlace): string {
  return addressOf(filesRoute(place));
}

/** Another folder, with nothing looked for in it. */
export function inFolder(place: FilesPlace, folder: string): FilesPlace {
  return { ...place, folder, file: null, plays: false, search: "" };
}

/** The folder that a file or folder is in: "" for the shared folder itself. */
export function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

export function baseNameOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Each folder on the way to one, with itself: its own name, and its path. */
export function waysTo(folder: string): readonly { readonly name: string; readonly path: string }[] {
  if (folder === "") return [];
  const names = folder.split("/");
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join("/") }));
}

/** The same column once more turns the order around. */
export function nextOrder(place: Pick<FilesPlace, "sort" | "order">, sort: FilesPlace["sort"]) {
  if (place.sort !== sort) return { sort, order: FIRST_ORDER[sort] };
  return { sort, order: place.order === "asc" ? "desc" : "asc" } as const;
}
