import { formatBytes } from "../../platform/units.ts";
import { escapePath } from "../files/file-path.ts";
import type { ListingEntry } from "./folder-page.ts";
import { isoTime, type ListingFile } from "./listed-file.ts";

/** What a listing says beside the names, sizes and times. */
export interface ListingStyle {
  /** How the shared folder itself is called. */
  readonly title: string;
  /** Whether there are several sources: then it counts them, and has links to the metalink and the torrent of each file. */
  readonly severalSources: boolean;
}

const STYLE = [
  ":root{color-scheme:light dark;font-family:system-ui,sans-serif}",
  "body{max-width:60rem;margin:1.5rem auto;padding:0 1rem}",
  "table{border-collapse:collapse;width:100%}",
  "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884}",
  "td:first-child{overflow-wrap:anywhere}",
  ".number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}",
].join("");

const STYLE_HASH = new Bun.CryptoHasher("sha256").update(STYLE).digest("base64");

export const HTML_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  // No script, and no style but its own: what a name may do to the page, it cannot.
  "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
} as const;

export function htmlStart(folder: string, { title, severalSources }: ListingStyle): string {
  const where = folder === "" ? title : `${title}: ${folder}`;
  const columns = [
    '<th scope="col">Name</th>',
    '<th scope="col" class="number">Size</th>',
    '<th scope="col" class="number">Modified (UTC)</th>',
    ...(severalSources ? ['<th scope="col" class="number">Sources</th>', '<th scope="col">All sources</th>'] : []),
  ];
  return [
    "<!doctype html>",
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${Bun.escapeHTML(where)}</title>`,
    '<meta name="viewport" content="width=device-width">',
    `<style>${STYLE}</style></head>`,
    `<body><h1>${breadcrumb(folder, title)}</h1>`,
    `<table><thead><tr>${columns.join("")}</tr></thead><tbody>`,
    "",
  ].join("\n");
}

export function htmlRows(entries: readonly ListingEntry<ListingFile>[], style: ListingStyle): string {
  return entries.map((entry) => `<tr>${cells(entry, style).join("")}</tr>\n`).join("");
}

export function htmlEnd({ first }: { readonly first: { readonly entries: readonly unknown[] } }): string {
  const nothing = first.entries.length === 0 ? "<p>There are no files here.</p>\n" : "";
  return `</tbody></table>\n${nothing}</body></html>\n`;
}

function cells(entry: ListingEntry<ListingFile>, { severalSources }: ListingStyle): string[] {
  const link = (suffix: string, text: string) => `<a href="./${escapePath(entry.name)}${suffix}">${text}</a>`;
  const first = (suffix: string) => `<td>${link(suffix, isolated(`${entry.name}${suffix}`))}</td>`;
  if (entry.kind === "folder") return [first("/"), ...Array(severalSources ? 4 : 2).fill("<td></td>")];
  const { size, modified, sources } = entry.file;
  const time = isoTime(modified);
  // An empty file has no pieces of which a torrent could be made.
  const torrent = size === 0 ? "" : ` ${link(".torrent", "torrent")}`;
  return [
    first(""),
    `<td class="number"><data value="${size}">${formatBytes(size)}</data></td>`,
    `<td class="number"><time datetime="${time}">${time.slice(0, 16).replace("T", " ")}</time></td>`,
    ...(severalSources
      ? [`<td class="number">${sources ?? ""}</td>`, `<td>${link(".meta4", "metalink")}${torrent}</td>`]
      : []),
  ];
}

/** Each folder on the way to this one, with a link. */
function breadcrumb(folder: string, title: string): string {
  const names = folder.split("/").slice(0, -1);
  const steps = [title, ...names].map((name, index) => {
    const up = "../".repeat(names.length - index);
    return up === "" ? isolated(name) : `<a href="${up}">${isolated(name)}</a>`;
  });
  return steps.join(" / ");
}

/** A name whose letters run in the other direction, or say so, does not turn around what stands beside it. */
function isolated(name: string): string {
  return `<bdi>${Bun.escapeHTML(name)}</bdi>`;
}
