/** The views of the page, in the order of the navigation. */
export const VIEW_NAMES = ["files", "servers", "downloads", "throughput", "statistics", "kept", "events"] as const;

export type ViewName = (typeof VIEW_NAMES)[number];

/** Views of what a client does not know, as it is told nothing of it. */
const OF_CENTRALS: readonly ViewName[] = ["throughput", "kept"];

/** The views that there are where this server answers. */
export function viewsAt(role: "central" | "client"): readonly ViewName[] {
  return role === "central" ? VIEW_NAMES : VIEW_NAMES.filter((view) => !OF_CENTRALS.includes(view));
}

/** What the page shows: its address is behind the `#`, as in `#/files/series/?sort=size`. */
export interface PageRoute {
  readonly view: ViewName;
  /** What the view makes of it, such as the name of a file; without its escapes, "" for none. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** An address that says nothing, or nothing that is known, is that of the files. */
export function parseRoute(hash: string): PageRoute {
  const [address = "", query = ""] = splitOnce(hash.replace(/^#?\/?/, ""), "?");
  const [first = "", path = ""] = splitOnce(address, "/");
  const view = VIEW_NAMES.find((name) => name === first);
  if (!view) return { view: "files", path: "", query: {} };
  return { view, path: unescaped(path), query: Object.fromEntries(new URLSearchParams(query)) };
}

export function addressOf({ view, path, query }: PageRoute): string {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const escaped = path.split("/").map(encodeURIComponent).join("/");
  return `#/${view}/${escaped}${given.length > 0 ? `?${new URLSearchParams(given)}` : ""}`;
}

/** The address of a view as it is when nothing is chosen in it. */
export function viewAddress(view: ViewName): string {
  return addressOf({ view, path: "", query: {} });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** An address that somebody has typed may have wrong escapes: then it is taken as it stands. */
function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
